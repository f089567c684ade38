#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "common/config/config.hpp"

namespace reeld {

/// Where the daemon listens for this machine's own programs, and where they look for it: the first unix:
/// entry of http.listen, else reeld.sock in systemd's RUNTIME_DIRECTORY, else in data_dir.
std::filesystem::path control_socket(const Config& config,
                                     const std::map<std::string, std::string>& environment);

/// Where the packaged service has it: for programs that find none at their own place.
inline constexpr const char* kServiceSocket = "/run/reeld/reeld.sock";

}  // namespace reeld
