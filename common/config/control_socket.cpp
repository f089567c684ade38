#include "common/config/control_socket.hpp"

#include <string_view>

namespace reeld {

std::filesystem::path control_socket(const Config& config,
                                     const std::map<std::string, std::string>& environment) {
  constexpr std::string_view kScheme = "unix:";
  constexpr const char* kName = "reeld.sock";
  for (const std::string& address : config.http.listen) {
    if (address.starts_with(kScheme)) return address.substr(kScheme.size());
  }
  const auto runtime = environment.find("RUNTIME_DIRECTORY");
  if (runtime != environment.end() && !runtime->second.empty()) {
    // systemd separates several folders by colons; the first one is the unit's main one.
    return std::filesystem::path(runtime->second.substr(0, runtime->second.find(':'))) / kName;
  }
  return config.data_dir / kName;
}

}  // namespace reeld
