#include "daemon/app/places.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "daemon/app/listen.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/files/results_marker.hpp"
#include "daemon/http/server/check_address.hpp"
#include "daemon/spool/lock.hpp"
#include "daemon/store/inspect.hpp"

namespace reeld::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOperation = "app.places";
constexpr mode_t kPrivateFolder = 0750;

bool is_there(const fs::path& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

struct Place {
  std::string_view setting;
  fs::path folder;
};

/// What lets this user write a folder that cannot be written because of `errno_value`.
std::string how_to_allow(int errno_value, const fs::path& folder) {
  if (errno_value != EROFS) return "give it that folder with chown";
  return fmt::format(
      "mount it for writing and, for the packaged service, add ReadWritePaths={} by `systemctl edit reeld`",
      folder.string());
}

/// A folder that can be written, or one that can be made.
Result<void> look_at_folder(const Place& place) {
  fs::path there = place.folder;
  std::error_code failed;
  fs::file_type type = fs::status(there, failed).type();
  for (; type == fs::file_type::not_found && there.has_relative_path();
       type = fs::status(there, failed).type()) {
    // Of "films/" the parent is "films".
    there = there.parent_path();
  }
  if (type == fs::file_type::none) {
    return Error{Errc::kIo, kOperation,
                 fmt::format("{}: {} cannot be looked at ({}); let this user enter the folders above it",
                             place.setting, place.folder.string(), failed.message())};
  }
  if (type != fs::file_type::directory) {
    return Error{Errc::kBadInput, kOperation,
                 fmt::format("{}: {} is not a folder; name another place", place.setting, there.string())};
  }
  if (::faccessat(AT_FDCWD, there.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  const int why = errno;
  return Error{
      Errc::kIo, kOperation,
      fmt::format("{}: {} cannot be written by the user {} ({}); {}, or name another place", place.setting,
                  there.string(), ::geteuid(), std::strerror(why), how_to_allow(why, there))};
}

Result<void> look_at_folders(const Config& config, const fs::path& database) {
  const std::array places{Place{"data_dir", config.data_dir}, Place{"store.url", database.parent_path()},
                          Place{"results.dir", config.results.dir}, Place{"spool.dir", config.spool.dir}};
  for (const Place& place : places) {
    if (auto fine = look_at_folder(place); !fine) return fine;
  }
  return {};
}

Result<void> look_at_addresses(const Config& config, const std::map<std::string, std::string>& environment) {
  auto plan = plan_listening(config, environment);
  if (!plan) return plan.error();
  for (const http::server::ListenAddress& address : plan->server.listen) {
    auto free = http::server::check_address(address);
    if (free) continue;
    return Error{free.error().code, free.error().operation,
                 fmt::format("http.listen: {}", free.error().detail)};
  }
  return {};
}

/// A folder that was marked once must be so, or films would be written below the mount point of their disk.
/// A disk may come late, so that another start may find it.
Result<void> look_at_results(const fs::path& results, const fs::path& database) {
  if (!is_there(database)) return {};
  auto known = store::knows_results(database, results);
  if (!known) return known.error();
  if (!*known) return {};
  auto marked = files::is_marked(results);
  if (!marked) return marked.error();
  if (*marked) return {};
  return Error{Errc::kConflict, kOperation, "results.dir: " + files::missing_marker_words(results)};
}

/// The daemon's own lock comes later; here only whether it could have it.
Result<void> look_at_spool(const fs::path& spool) {
  if (!is_there(spool / ".lock")) return {};
  auto lock = spool::SpoolLock::take(spool);
  if (!lock) return lock.error();
  return {};
}

/// What can be seen without opening the queue: locks do not hold on every filesystem.
Result<void> look_from_outside(const Config& config, const fs::path& database) {
  if (auto fine = look_at_folders(config, database); !fine) return fine;
  return store::check_filesystem({database, config.store.allow_network_filesystem});
}

Result<void> look_inside(const Config& config, const fs::path& database,
                         const std::map<std::string, std::string>& environment) {
  if (auto fine = look_at_addresses(config, environment); !fine) return fine;
  return look_at_results(config.results.dir, database);
}

/// False where there is no room for the marker: the daemon starts and waits for room, as it does later.
Result<bool> mark_results(const fs::path& results) {
  auto marked = files::mark_results(results);
  if (marked) return true;
  if (marked.error().code != Errc::kNoSpace) return marked.error();
  spdlog::warn("results.dir: {}; the file by which its disk is known is put there at a later start",
               marked.error().detail);
  return false;
}

}  // namespace

Result<void> look_at_places(const Config& config, const fs::path& database,
                            const std::map<std::string, std::string>& environment) {
  if (auto fine = look_from_outside(config, database); !fine) return fine;
  return look_inside(config, database, environment);
}

Result<Places> take_places(const Config& config, const fs::path& database,
                           const std::map<std::string, std::string>& environment) {
  if (auto fine = look_from_outside(config, database); !fine) return fine.error();
  // Who has the queue has its addresses too: that he does is what should be told.
  std::optional<store::QueueLock> lock;
  if (is_there(database)) {
    auto taken = store::QueueLock::take(database);
    if (!taken) return taken.error();
    lock.emplace(std::move(*taken));
    if (auto known = store::check_schema(database); !known) return known.error();
  }
  if (auto fine = look_at_spool(config.spool.dir); !fine) return fine.error();
  if (auto fine = look_inside(config, database, environment); !fine) return fine.error();
  for (const fs::path& folder : {config.data_dir, database.parent_path(), config.results.dir}) {
    if (auto made = files::make_directories(folder, kPrivateFolder); !made) return made.error();
  }
  // Two who begin a new queue at once meet here; only one of them writes the marker.
  if (!lock) {
    auto taken = store::QueueLock::take(database);
    if (!taken) return taken.error();
    lock.emplace(std::move(*taken));
  }
  auto marked = mark_results(config.results.dir);
  if (!marked) return marked.error();
  return Places{std::move(*lock), *marked};
}

}  // namespace reeld::app
