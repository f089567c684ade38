#include "daemon/store/open.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "daemon/store/sqlite/intake.hpp"
#include "daemon/store/sqlite/migrate.hpp"
#include "daemon/store/sqlite/results_folder.hpp"
#include "daemon/store/sqlite/sqlite_store.hpp"
#include "daemon/store/sqlite/upgrade.hpp"

namespace reeld::store {
namespace {

struct Refused {
  long type;
  std::string_view name;
};

/// Filesystems that do not give SQLite's write-ahead log what it needs: shared memory and locks that hold.
constexpr std::array kRefusedFilesystems{
    Refused{0x6969, "NFS"},      Refused{0x517B, "SMB"},      Refused{0xFF534D42, "CIFS"},
    Refused{0xFE534D42, "SMB2"}, Refused{0x01021997, "9P"},   Refused{0x5346414F, "AFS"},
    Refused{0x00C36400, "Ceph"}, Refused{0x6B414653, "kAFS"}, Refused{0x19830326, "FhGFS"}};

/// SQLite gives its log and index files the mode of the database, so the database is made first, for us
/// alone.
Result<void> make_private_file(const std::filesystem::path& database) {
  const int descriptor = ::open(database.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno_error("store.open", errno, database.string());
  const int failed = ::fchmod(descriptor, 0600);
  const int why = errno;
  ::close(descriptor);
  if (failed != 0) return errno_error("store.open", why, database.string());
  return {};
}

Result<std::unique_ptr<sqlite::Connection>> open_writer(const OpenOptions& options, const Clock& clock,
                                                        Upgraded& upgraded) {
  if (auto fine = check_filesystem(options); !fine) return fine.error();
  auto copy = sqlite::CopyBefore::make(options, clock.now());
  if (!copy) return copy.error();
  if (auto made = make_private_file(options.database); !made) return made.error();
  if (copy->is_made() && options.on_slow_step) options.on_slow_step("upgrading the queue's schema");
  try {
    auto connection =
        std::make_unique<sqlite::Connection>(options.database, sqlite::Connection::Mode::kReadWrite);
    auto steps = sqlite::migrate(*connection, sqlite::embedded_migrations(), clock.now());
    if (!steps) return steps.error();
    upgraded = Upgraded{*steps, copy->keep()};
    return connection;
  } catch (const std::exception& error) {
    return Error{Errc::kUnavailable, "store.open",
                 fmt::format("{}: {}", options.database.string(), error.what())};
  }
}

/// What an earlier life staged and did not accept is read anew from where it came. A full disk is no reason
/// not to start: what stays is invisible, and goes at the next opening.
void clear_staged(sqlite::Connection& connection) {
  try {
    sqlite::forget_staged(connection);
  } catch (const sqlite::SqliteError& error) {
    if (!error.cannot_write()) throw;
    spdlog::warn("store: jobs that were staged and never accepted stay for now: {}", error.what());
  }
}

}  // namespace

Result<void> check_filesystem(const OpenOptions& options) {
  if (options.allow_network_filesystem) return {};
  std::error_code failed;
  std::filesystem::path folder = options.database.parent_path();
  while (!std::filesystem::exists(folder, failed) && folder.has_relative_path())
    folder = folder.parent_path();
  auto type = options.filesystem_type(folder);
  if (!type) return type.error();
  for (const Refused& refused : kRefusedFilesystems) {
    if (refused.type != *type) continue;
    return Error{
        Errc::kBadInput, "store.open",
        fmt::format("{} is on {}, where a SQLite queue can be corrupted. Put the queue on a local disk "
                    "(store.url); results may stay where they are",
                    options.database.parent_path().string(), refused.name)};
  }
  return {};
}

Result<std::unique_ptr<Store>> open_store(const OpenOptions& options, const Clock& clock,
                                          Observer* observer) {
  static Observer nobody;
  Upgraded upgraded;
  auto connection = open_writer(options, clock, upgraded);
  if (!connection) return connection.error();
  if (!upgraded.copy.empty())
    spdlog::info("the queue's schema was upgraded; {} is the queue from before", upgraded.copy.string());
  try {
    clear_staged(**connection);
    if (!options.results.empty()) sqlite::remember_results(**connection, options.results, clock.now());
    return sqlite::make_sqlite_store(std::move(*connection), clock, observer != nullptr ? *observer : nobody);
  } catch (const std::exception& error) {
    return Error{Errc::kUnavailable, "store.open",
                 fmt::format("{}: {}", options.database.string(), error.what())};
  }
}

std::string sqlite_version() {
  return sqlite3_libversion();
}

Result<Upgraded> migrate_up(const OpenOptions& options, const Clock& clock) {
  Upgraded upgraded;
  auto connection = open_writer(options, clock, upgraded);
  if (!connection) return connection.error();
  return upgraded;
}

Result<std::vector<MigrationStatus>> migration_status(const std::filesystem::path& database) {
  std::error_code failed;
  if (!std::filesystem::exists(database, failed)) {
    std::vector<MigrationStatus> none;
    for (const auto& step : sqlite::embedded_migrations()) none.push_back({step.version, step.name, false});
    return none;
  }
  try {
    sqlite::Connection connection(database, sqlite::Connection::Mode::kReadOnly);
    return sqlite::status(connection, sqlite::embedded_migrations());
  } catch (const std::exception& error) {
    return Error{Errc::kUnavailable, "store.status", fmt::format("{}: {}", database.string(), error.what())};
  }
}

Result<std::unique_ptr<Reader>> open_reader(const std::filesystem::path& database) {
  std::error_code failed;
  if (!std::filesystem::exists(database, failed)) {
    return Error{
        Errc::kNotFound, "store.read",
        fmt::format("there is no queue at {} that this user can see: start `reeld serve` first, or name its "
                    "configuration with --config",
                    database.string())};
  }
  try {
    return sqlite::make_sqlite_reader(
        std::make_unique<sqlite::Connection>(database, sqlite::Connection::Mode::kReadOnly));
  } catch (const std::exception& error) {
    return Error{Errc::kUnavailable, "store.read", fmt::format("{}: {}", database.string(), error.what())};
  }
}

}  // namespace reeld::store
