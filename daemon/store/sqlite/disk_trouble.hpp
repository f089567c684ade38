#pragma once

#include <sys/types.h>

#include <chrono>
#include <mutex>
#include <string>

#include "daemon/store/sqlite/connection.hpp"

namespace reeld::store::sqlite {

/// Knows whether the queue's database can be written, and says so in the log once for each time that changes.
///
/// All but words() is for the thread of the connection.
class DiskTrouble {
 public:
  /// A commit failed. Other errors than the disk's are none of its business.
  void note_failure(const SqliteError& error);

  /// A commit wrote something.
  void note_success();

  bool stands() const { return stands_; }

  /// Why nothing can be written; empty: it can. Any thread.
  std::string words() const;

 private:
  mutable std::mutex mutex_;
  std::string words_;
  bool stands_ = false;
  std::chrono::steady_clock::time_point since_;
};

/// Knows whether the database and its log still stand where they were opened.
class PlaceCheck {
 public:
  /// `connection` outlives it.
  explicit PlaceCheck(Connection& connection);

  /// Throws SqliteError where one of them was moved or deleted: what is written from then on would be lost
  /// with the process.
  void check();

 private:
  Connection& connection_;
  std::string database_;
  ino_t log_inode_ = 0;  ///< 0: it was not seen yet
};

/// Writes as much as a usual commit and takes it back, both to the disk. Throws what that throws.
void write_probe(Connection& connection);

}  // namespace reeld::store::sqlite
