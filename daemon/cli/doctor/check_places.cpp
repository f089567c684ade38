#include "daemon/app/places.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "daemon/cli/doctor/checks.hpp"

namespace reeld::cli::checks {
namespace {

namespace fs = std::filesystem;

/// Whether the folder is this user's, or he could make it.
bool would_serve(const fs::path& data_folder) {
  struct stat found{};
  if (::stat(data_folder.c_str(), &found) == 0) return found.st_uid == ::geteuid();
  fs::path there = data_folder;
  while (errno == ENOENT && there.has_relative_path()) {
    there = there.parent_path();
    if (::stat(there.c_str(), &found) == 0)
      return ::faccessat(AT_FDCWD, there.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
  }
  return false;
}

}  // namespace

void check_places(const Config& config, const std::filesystem::path& database,
                  const std::map<std::string, std::string>& environment, Findings& findings) {
  if (!would_serve(config.data_dir)) return;
  if (auto fine = app::look_at_places(config, database, environment); !fine) {
    findings.problem("start", fine.error().detail + "; `reeld serve` refuses to start so");
  } else {
    findings.ok("start", "folders and addresses are free for `reeld serve`");
  }
}

}  // namespace reeld::cli::checks
