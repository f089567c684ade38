#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/config/config.hpp"
#include "common/util/error.hpp"

namespace reeld {

/// Where settings come from, lowest first: defaults, file, environment, flags.
struct ConfigSources {
  std::optional<std::filesystem::path> file;       ///< read when set; an unreadable one is an error
  std::map<std::string, std::string> environment;  ///< all variables; REELD_SECTION__KEY counts
  std::map<std::string, std::string> flags;        ///< "section.key" -> text
};

/// A setting as `reeld config show` prints it.
struct ConfigOrigin {
  std::string key;     ///< "limits.submits_per_minute"
  std::string value;   ///< as TOML
  std::string origin;  ///< "default", "/etc/reeld/reeld.toml:12", "REELD_LIMITS__SUBMITS_PER_MINUTE", "flag"
};

struct LoadedConfig {
  Config config;
  std::vector<ConfigOrigin> origins;  ///< every key, in the order of config/reeld.toml
  std::vector<std::string> warnings;  ///< an unknown REELD_* variable
};

/// What is wrong with the configuration: each with file and line, or variable or flag, and what is allowed.
using ConfigProblems = std::vector<std::string>;

/// Loads and checks the configuration: either all of it is right, or every problem is told.
std::variant<LoadedConfig, ConfigProblems> load_config(const ConfigSources& sources);

/// The effective configuration as TOML, each key with where it came from behind it when `with_origin` is set.
/// Holds no secrets: keys and tokens are named by their files, a proxy's password is left out.
std::string to_toml(const LoadedConfig& loaded, bool with_origin);

/// Whether this process may do everything: it then keeps its files where a service does.
bool running_as_root();

/// The file to read when none is named: /etc/reeld/reeld.toml for a service (STATE_DIRECTORY set) or root,
/// $XDG_CONFIG_HOME/reeld/reeld.toml (~/.config) for a person; nothing where that does not exist.
std::optional<std::filesystem::path> default_config_file(
    const std::map<std::string, std::string>& environment, bool as_root = running_as_root());

/// The folder that holds queue, spool and results when `data_dir` is not set: systemd's STATE_DIRECTORY,
/// /var/lib/reeld for root, $XDG_STATE_HOME/reeld (~/.local/state) for a person.
std::filesystem::path default_data_dir(const std::map<std::string, std::string>& environment,
                                       bool as_root = running_as_root());

}  // namespace reeld
