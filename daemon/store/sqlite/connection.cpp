#include "daemon/store/sqlite/connection.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace reeld::store::sqlite {

Query::~Query() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* handle = sqlite3_db_handle(statement_);
  throw SqliteError(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
}

std::string Query::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::optional<Time> Query::maybe_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

std::optional<std::int64_t> Query::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

Json Query::json(int column) const {
  auto value = parse_json_leniently(text(column));
  if (!value) throw std::runtime_error("the database holds broken JSON: " + value.error().detail);
  return std::move(*value);
}

Connection::Connection(const std::filesystem::path& file, Mode mode) {
  const int flags = mode == Mode::kReadOnly    ? SQLITE_OPEN_READONLY
                    : mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(file.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string words = fmt::format("cannot open {}: {}", file.string(), sqlite3_errmsg(handle_));
    sqlite3_close(handle_);
    throw SqliteError(code, words);
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyTimeout);
  // Whoever only looks must not move the log into the database when he happens to be the last to go.
  if (mode == Mode::kReadOnly) sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  if (mode == Mode::kReadWrite) configure_writer();
}

Connection::~Connection() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void Connection::configure_writer() {
  struct Setting {
    const char* set;
    const char* get;
    const char* expected;
  };
  // auto_vacuum takes effect only before the first table is made; the others hold for this connection.
  static constexpr std::array kSettings{
      Setting{"PRAGMA auto_vacuum = INCREMENTAL", nullptr, nullptr},
      Setting{"PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"},
      Setting{"PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"},
      Setting{"PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"},
      Setting{"PRAGMA mmap_size = 0", nullptr, nullptr},
      Setting{"PRAGMA wal_autocheckpoint = 0", "PRAGMA wal_autocheckpoint", "0"},
      // 16 MiB: what a log that once grew long keeps of the disk when it begins anew.
      Setting{"PRAGMA journal_size_limit = 16777216", "PRAGMA journal_size_limit", "16777216"},
  };
  for (const Setting& setting : kSettings) {
    execute(setting.set);
    if (setting.get == nullptr) continue;
    Query check = query(setting.get);
    const std::string value = check.step() ? check.text(0) : "";
    if (value != setting.expected) {
      throw std::runtime_error(fmt::format("SQLite did not take \"{}\": it says {}", setting.set, value));
    }
  }
}

void Connection::execute(const char* sql, const char* name) {
  check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), name != nullptr ? name : sql);
}

sqlite3_stmt* Connection::prepared(const char* sql) {
  auto [entry, is_new] = statements_.try_emplace(sql, nullptr);
  if (is_new) {
    const int code = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &entry->second, nullptr);
    if (code != SQLITE_OK) {
      statements_.erase(entry);
      check(code, sql);
    }
  }
  return entry->second;
}

void Connection::check(int code, const char* what) const {
  if (code == SQLITE_OK) return;
  throw SqliteError(sqlite3_extended_errcode(handle_), fmt::format("{} ({})", sqlite3_errmsg(handle_), what));
}

void Connection::bind(sqlite3_stmt* statement, int index, std::int64_t value) const {
  check(sqlite3_bind_int64(statement, index, value), "bind");
}

void Connection::bind(sqlite3_stmt* statement, int index, int value) const {
  bind(statement, index, std::int64_t{value});
}

void Connection::bind(sqlite3_stmt* statement, int index, std::uint64_t value) const {
  bind(statement, index, static_cast<std::int64_t>(value));
}

void Connection::bind(sqlite3_stmt* statement, int index, bool value) const {
  bind(statement, index, std::int64_t{value ? 1 : 0});
}

void Connection::bind(sqlite3_stmt* statement, int index, std::string_view value) const {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* bytes = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(statement, index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8), "bind");
}

void Connection::bind(sqlite3_stmt* statement, int index, std::nullptr_t) const {
  check(sqlite3_bind_null(statement, index), "bind");
}

}  // namespace reeld::store::sqlite
