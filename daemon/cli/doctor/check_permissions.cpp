#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "common/util/user.hpp"
#include "daemon/cli/doctor/checks.hpp"

namespace reeld::cli::checks {
namespace {

namespace fs = std::filesystem;

std::optional<mode_t> mode_of(const fs::path& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return found.st_mode & 07777U;
}

/// A folder that is not there yet is made by `reeld serve`.
void check_writable(const fs::path& folder, std::string_view what, Findings& findings) {
  if (!mode_of(folder)) return;
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) == 0) return;
  struct stat found{};
  const uid_t owner = ::stat(folder.c_str(), &found) == 0 ? found.st_uid : ::geteuid();
  // Whose folder it is may be the daemon's user: nobody must take it away from that one.
  findings.problem(
      "permissions",
      fmt::format("this user may not write {} ({}), which is {}'s; run doctor as the daemon's user",
                  folder.string(), what, user_name(owner)));
}

}  // namespace

void check_permissions(const Config& config, const fs::path& database, Findings& findings) {
  const int before = findings.count(Verdict::kProblem) + findings.count(Verdict::kWarning);
  if (const auto mode = mode_of(database); mode && (*mode & 077U) != 0) {
    findings.problem("permissions",
                     fmt::format("others may read the queue {} ({:04o}): it holds every prompt; "
                                 "chmod 600 it",
                                 database.string(), *mode));
  }
  if (const auto mode = mode_of(config.data_dir); mode && (*mode & 07U) != 0) {
    findings.warning("permissions",
                     fmt::format("every user of this machine may enter {} ({:04o}); chmod o-rwx it",
                                 config.data_dir.string(), *mode));
  }
  if (const auto mode = mode_of(config.results.dir); mode && (*mode & 02U) != 0) {
    findings.warning(
        "permissions",
        fmt::format("every user of this machine may change the results in {} ({:04o}); chmod o-w it",
                    config.results.dir.string(), *mode));
  }
  check_writable(config.data_dir, "data_dir", findings);
  check_writable(config.results.dir, "results.dir", findings);
  check_writable(config.spool.dir / "incoming", "the spool", findings);
  check_writable(config.spool.dir / "claimed", "the spool", findings);
  if (findings.count(Verdict::kProblem) + findings.count(Verdict::kWarning) == before)
    findings.ok("permissions", "queue, spool and results are for those who should have them");
}

}  // namespace reeld::cli::checks
