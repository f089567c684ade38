#pragma once

#include <string>
#include <vector>

#include "common/config/config.hpp"

namespace reeld {

/// A setting that has another value than before.
struct SettingChange {
  std::string key;
  std::string before;  ///< as TOML; "" where the value may hold a secret
  std::string after;   ///< the same
};

/// What differs between the configuration in force and one that was loaded again.
struct ConfigChanges {
  std::vector<SettingChange> taken;        ///< in force from now on
  std::vector<std::string> needs_restart;  ///< keys whose old values stay in force
};

/// Takes the live settings (Setting::live) of `fresh` into `config`. The others stay untouched in memory too:
/// several threads may be reading them.
ConfigChanges take_live_settings(Config& config, Config fresh);

}  // namespace reeld
