#include <unistd.h>

#include "common/config/load.hpp"

namespace reeld {
namespace {

namespace fs = std::filesystem;
using Environment = std::map<std::string, std::string>;

std::string variable(const Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

/// systemd's folder of that kind; it may name several, the first is the program's own.
fs::path service_folder(const Environment& environment) {
  const std::string folders = variable(environment, "STATE_DIRECTORY");
  return folders.substr(0, folders.find(':'));
}

/// A person's folder by the XDG rules, under which a relative path counts as none. Empty without a HOME.
fs::path personal_folder(const Environment& environment, const char* name, const char* below_home) {
  const fs::path stated = variable(environment, name);
  if (stated.is_absolute()) return stated / "reeld";
  const fs::path home = variable(environment, "HOME");
  return home.is_absolute() ? home / below_home / "reeld" : fs::path();
}

}  // namespace

bool running_as_root() {
  return geteuid() == 0;
}

std::optional<fs::path> default_config_file(const Environment& environment, bool as_root) {
  const bool service = as_root || !service_folder(environment).empty();
  const fs::path folder =
      service ? fs::path("/etc/reeld") : personal_folder(environment, "XDG_CONFIG_HOME", ".config");
  std::error_code ignored;
  if (folder.empty() || !fs::exists(folder / "reeld.toml", ignored)) return std::nullopt;
  return folder / "reeld.toml";
}

fs::path default_data_dir(const Environment& environment, bool as_root) {
  const fs::path service = service_folder(environment);
  if (!service.empty()) return service;
  const fs::path personal =
      as_root ? fs::path() : personal_folder(environment, "XDG_STATE_HOME", ".local/state");
  return personal.empty() ? fs::path("/var/lib/reeld") : personal;
}

}  // namespace reeld
