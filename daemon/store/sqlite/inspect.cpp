#include "daemon/store/inspect.hpp"

#include <fmt/format.h>

#include "daemon/store/sqlite/results_folder.hpp"
#include "daemon/store/sqlite/rows.hpp"
#include "daemon/store/sqlite/upgrade.hpp"

namespace reeld::store {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::Query;
using sqlite::SqliteError;

namespace {

constexpr int kMostLines = 5;

/// True where another user could perhaps open the file.
bool is_refused(const std::exception& error) {
  const auto* sqlite = dynamic_cast<const SqliteError*>(&error);
  const int primary = sqlite != nullptr ? sqlite->code() & 0xFF : SQLITE_OK;
  return primary == SQLITE_CANTOPEN || primary == SQLITE_PERM || primary == SQLITE_READONLY;
}

Error unavailable(std::string_view operation, const fs::path& file, const std::exception& error) {
  return Error{Errc::kUnavailable, operation,
               fmt::format("{}: {}{}", file.string(), error.what(),
                           is_refused(error) ? "; is this the daemon's user?" : "")};
}

/// A statement that writes to the copy failed.
Error unwritable(std::string_view operation, const SqliteError& error) {
  const bool full = (error.code() & 0xFF) == SQLITE_FULL;
  return Error{full ? Errc::kNoSpace : Errc::kIo, operation, error.what()};
}

std::vector<std::string> find_damage(Connection& db) {
  std::vector<std::string> damage;
  Query row = db.query("PRAGMA integrity_check(5)");
  while (row.step()) {
    if (row.text(0) != "ok") damage.push_back(row.text(0));
  }
  Query key = db.query("PRAGMA foreign_key_check");
  while (static_cast<int>(damage.size()) < kMostLines && key.step())
    damage.push_back(
        fmt::format("a row of {} belongs to a row of {} that is not there", key.text(0), key.text(2)));
  return damage;
}

std::int64_t number(Connection& db, const char* sql) {
  Query row = db.query(sql);
  return row.step() ? row.integer(0) : 0;
}

/// A restored copy must be known as one: what was sent since it was made, it does not know. A copy of a queue
/// that is restored itself, and not yet compared with the account, knows no more than that one did.
CopyReport mark(Connection& copy, Time now) {
  copy.run(
      "INSERT OR REPLACE INTO meta (key, value) SELECT 'backup_of', value FROM meta WHERE key = 'queue_id'");
  copy.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('backed_up_at', ?1)",
           std::to_string(now.time_since_epoch().count()));
  CopyReport report;
  report.jobs = number(copy, "SELECT COUNT(*) FROM job");
  Query row = copy.query("SELECT value FROM meta WHERE key = 'queue_id'");
  if (row.step()) report.queue_id = row.text(0);
  return report;
}

/// One statement is one look: what is committed meanwhile is not in it, and nothing waits for it.
Result<void> write_copy(Connection& original, const fs::path& copy) {
  try {
    original.run("VACUUM INTO ?1", copy.string());
    return {};
  } catch (const SqliteError& error) {
    if (!error.cannot_write()) throw;
    return unwritable("store.copy", error);
  }
}

}  // namespace

Result<CopyReport> copy_queue(const fs::path& database, const fs::path& copy, Time now) {
  static constexpr std::string_view kOperation = "store.copy";
  try {
    Connection original(database, Connection::Mode::kReadOnly);
    // What keeps the queue from being read shows here, and not as a trouble of the copy.
    number(original, "SELECT COUNT(*) FROM sqlite_master");
    if (auto written = write_copy(original, copy); !written) return written.error();
    Connection made(copy, Connection::Mode::kAsItIs);
    if (const auto damage = find_damage(made); !damage.empty()) {
      return Error{Errc::kInternal, kOperation,
                   fmt::format("the copy is damaged, and so the queue may be ({}); ask `reeld doctor`",
                               damage.front())};
    }
    CopyReport report = mark(made, now);
    report.size = fs::file_size(copy);
    return report;
  } catch (const std::exception& error) {
    return unavailable(kOperation, database, error);
  }
}

Result<void> check_schema(const fs::path& database) {
  // It was not made to its end; whoever opens it to write begins anew.
  if (sqlite::has_journal(database)) return {};
  try {
    Connection db(database, Connection::Mode::kReadOnly);
    return sqlite::check_schema(db, database);
  } catch (const std::exception& error) {
    return unavailable("store.inspect", database, error);
  }
}

Result<bool> knows_results(const fs::path& database, const fs::path& folder) {
  if (sqlite::has_journal(database)) return false;
  try {
    Connection db(database, Connection::Mode::kReadOnly);
    if (number(db, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'meta'") == 0) return false;
    return sqlite::knows_results(db, folder);
  } catch (const std::exception& error) {
    return unavailable("store.inspect", database, error);
  }
}

Result<Inspection> inspect_queue(const fs::path& database, bool thorough) {
  static constexpr std::string_view kOperation = "store.inspect";
  std::error_code failed;
  if (!fs::exists(database, failed)) {
    return Error{Errc::kNotFound, kOperation, fmt::format("there is no queue at {}", database.string())};
  }
  try {
    Connection db(database, Connection::Mode::kReadOnly);
    Inspection found;
    found.counts = sqlite::read_counts(db);
    found.overdue = number(db, "SELECT COUNT(*) FROM job WHERE state = 'generating' AND overdue = 1");
    found.held_batches = number(db, "SELECT COUNT(*) FROM batch WHERE held <> '' AND finished_at IS NULL");
    const auto log = fs::file_size(database.string() + "-wal", failed);
    found.log_bytes = failed ? 0 : log;
    if (thorough) found.damage = find_damage(db);
    return found;
  } catch (const std::exception& error) {
    return unavailable(kOperation, database, error);
  }
}

}  // namespace reeld::store
