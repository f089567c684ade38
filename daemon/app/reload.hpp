#pragma once

#include <functional>
#include <map>
#include <string>
#include <variant>

#include "common/config/api_key.hpp"
#include "common/config/changes.hpp"
#include "common/config/load.hpp"
#include "daemon/hooks/hooks.hpp"

namespace reeld::app {

/// Loads the configuration from where it came from at the start, or says all that is wrong with it.
using LoadConfig = std::function<std::variant<LoadedConfig, ConfigProblems>()>;

/// A configuration that was loaded again, with what its files hold. Nothing of it is in force yet.
struct FreshConfig {
  LoadedConfig loaded;
  Result<ApiKey> api_key;  ///< or why there is none
  hooks::HookOptions hooks;
};

/// Loads the configuration and the secrets that it names: either all of it can be used, or every problem is
/// told. With `has_key` a missing key is one: the key in force is not given up for nothing. Blocking.
std::variant<FreshConfig, ConfigProblems> load_again(const LoadConfig& load,
                                                     const std::map<std::string, std::string>& environment,
                                                     bool has_key);

/// What a reload did, in one line for the history; "" where nothing differs.
std::string reload_words(const ConfigChanges& changes, bool other_key);

}  // namespace reeld::app
