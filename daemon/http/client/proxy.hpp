#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/http/client/url.hpp"

namespace reeld::http {

/// An HTTP proxy that opens tunnels (CONNECT).
struct Proxy {
  std::string host;
  std::uint16_t port = 80;
  std::string authorization;  ///< "Basic ..." or empty; a secret
};

/// Reads "http://[user:password@]host[:port]"; user and password may be percent-encoded. Errors: kBadInput,
/// without quoting the text, which may hold a password.
Result<Proxy> parse_proxy(std::string_view text);

/// Is this host and port reached without the proxy? A rule is "*", an exact host, or ".suffix" (also
/// "*.suffix") for everything below that domain, each with an optional ":port". Letters' case and surrounding
/// blanks do not matter.
bool bypasses_proxy(const std::vector<std::string>& rules, std::string_view host, std::uint16_t port);

/// The request for a tunnel to the URL's host and port.
std::string tunnel_request(const Proxy& proxy, const Url& target, std::string_view user_agent);

}  // namespace reeld::http
