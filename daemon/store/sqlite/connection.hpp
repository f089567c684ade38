#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "common/job/ids.hpp"
#include "common/util/json.hpp"
#include "common/util/time.hpp"

namespace reeld::store::sqlite {

/// A statement failed. Stays inside this folder: the store's thread turns it into a Result at the edge.
class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  int code() const { return code_; }

  /// True for a statement that would fail again on a healthy disk: a broken constraint, wrong SQL. That is a
  /// bug.
  bool is_lasting() const {
    const int primary = code_ & 0xFF;
    return primary == SQLITE_CONSTRAINT || primary == SQLITE_ERROR || primary == SQLITE_MISUSE ||
           primary == SQLITE_MISMATCH || primary == SQLITE_RANGE;
  }

  /// True when the disk takes no more: full, failing, read-only, gone. That concerns every write, not one.
  bool cannot_write() const {
    const int primary = code_ & 0xFF;
    const bool reading = code_ == SQLITE_IOERR_READ || code_ == SQLITE_IOERR_SHORT_READ;
    return primary == SQLITE_FULL || primary == SQLITE_READONLY || primary == SQLITE_CANTOPEN ||
           (primary == SQLITE_IOERR && !reading);
  }

 private:
  int code_;
};

/// A running query: its rows one at a time. Resets its statement when it goes, since a statement left open
/// pins the write-ahead log.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
  Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Query& operator=(Query&&) = delete;
  ~Query();

  /// Moves to the next row; false at the end.
  bool step();

  std::string text(int column) const;
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  int small(int column) const { return sqlite3_column_int(statement_, column); }
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  Time time(int column) const { return Time(Duration(integer(column))); }
  std::optional<Time> maybe_time(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;
  Json json(int column) const;

 private:
  sqlite3_stmt* statement_;
};

/// One connection, used by one thread at a time.
class Connection {
 public:
  enum class Mode {
    kReadWrite,  ///< the queue's own
    kReadOnly,   ///< beside it; leaves even its log as it is
    kAsItIs,     ///< a file that nobody else uses: no setting is changed
  };

  /// How long a statement waits for a lock, in milliseconds: a belt, since nobody else writes.
  static constexpr int kBusyTimeout = 5'000;

  /// Opens the database. kReadWrite also makes it, with every setting that durability rests on, set and read
  /// back. Throws SqliteError, or std::runtime_error when a setting does not take.
  Connection(const std::filesystem::path& file, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs statements without parameters or rows. `name` stands for a long text of them in errors.
  void execute(const char* sql, const char* name = nullptr);

  /// Runs a statement to its end; the number of rows that it changed. `sql` is a literal: it keys the cache.
  template <class... Values>
  int run(const char* sql, const Values&... values) {
    Query query = this->query(sql, values...);
    query.step();
    return sqlite3_changes(handle_);
  }

  /// Starts a query. `sql` is a literal: it keys the cache of prepared statements.
  template <class... Values>
  Query query(const char* sql, const Values&... values) {
    sqlite3_stmt* statement = prepared(sql);
    int index = 0;
    (bind(statement, ++index, values), ...);
    return Query(statement);
  }

  /// Keeps SQL that was put together, and gives the one address that stands for it as a literal does.
  const char* intern(std::string sql) { return interned_.insert(std::move(sql)).first->c_str(); }

  /// True when a statement's failure rolled the whole transaction back behind our back.
  bool lost_transaction() const { return sqlite3_get_autocommit(handle_) != 0; }

  sqlite3* handle() const { return handle_; }

 private:
  sqlite3_stmt* prepared(const char* sql);
  void check(int code, const char* what) const;
  void configure_writer();

  void bind(sqlite3_stmt* statement, int index, std::int64_t value) const;
  void bind(sqlite3_stmt* statement, int index, int value) const;
  void bind(sqlite3_stmt* statement, int index, std::uint64_t value) const;
  void bind(sqlite3_stmt* statement, int index, bool value) const;
  void bind(sqlite3_stmt* statement, int index, std::string_view value) const;
  void bind(sqlite3_stmt* statement, int index, const std::string& value) const {
    bind(statement, index, std::string_view(value));
  }
  void bind(sqlite3_stmt* statement, int index, const char* value) const {
    bind(statement, index, std::string_view(value));
  }
  void bind(sqlite3_stmt* statement, int index, Time value) const {
    bind(statement, index, std::int64_t{value.time_since_epoch().count()});
  }
  void bind(sqlite3_stmt* statement, int index, Duration value) const {
    bind(statement, index, std::int64_t{value.count()});
  }
  void bind(sqlite3_stmt* statement, int index, const Json& value) const {
    bind(statement, index, std::string_view(dump_json(value)));
  }
  void bind(sqlite3_stmt* statement, int index, std::nullptr_t) const;
  template <class Kind>
  void bind(sqlite3_stmt* statement, int index, const Id<Kind>& id) const {
    bind(statement, index, std::string_view(id.str()));
  }
  template <class T>
  void bind(sqlite3_stmt* statement, int index, const std::optional<T>& value) const {
    if (value) {
      bind(statement, index, *value);
    } else {
      bind(statement, index, nullptr);
    }
  }

  sqlite3* handle_ = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
  std::unordered_set<std::string> interned_;
};

}  // namespace reeld::store::sqlite
