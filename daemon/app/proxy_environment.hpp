#pragma once

#include <map>
#include <string>
#include <vector>

namespace reeld::app {

/// The proxy to use: the configured one, else the environment's.
struct ProxySettings {
  std::string proxy;                  ///< URL; empty: none
  std::vector<std::string> no_proxy;  ///< hosts that are reached directly
};

/// Reads HTTPS_PROXY and NO_PROXY (or their lower-case forms, which win) behind a configured proxy.
ProxySettings proxy_settings(const std::string& configured,
                             const std::map<std::string, std::string>& environment);

}  // namespace reeld::app
