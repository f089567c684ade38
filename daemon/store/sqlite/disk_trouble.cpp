#include "daemon/store/sqlite/disk_trouble.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

namespace reeld::store::sqlite {
namespace {

std::string advice(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return "its disk is full; make room";
    case SQLITE_READONLY:
      return code == SQLITE_READONLY_DBMOVED ? "put it back, or stop reeld and restore a backup"
                                             : "make its file system writable again";
    default:
      return "look at its disk, its quota and the kernel's log";
  }
}

[[noreturn]] void throw_moved(const std::string& file) {
  throw SqliteError(SQLITE_READONLY_DBMOVED, file + " was moved or deleted");
}

}  // namespace

void DiskTrouble::note_failure(const SqliteError& error) {
  if (!error.cannot_write() || stands_) return;
  stands_ = true;
  since_ = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  words_ = fmt::format("the queue's database cannot be written ({}): {}", error.what(), advice(error.code()));
  spdlog::error("store: {}; nothing is claimed until it can", words_);
}

void DiskTrouble::note_success() {
  if (!stands_) return;
  stands_ = false;
  const auto lasted = std::chrono::steady_clock::now() - since_;
  spdlog::info("store: the queue's database can be written again, after {} s",
               std::chrono::duration_cast<std::chrono::seconds>(lasted).count());
  const std::lock_guard lock(mutex_);
  words_.clear();
}

std::string DiskTrouble::words() const {
  const std::lock_guard lock(mutex_);
  return words_;
}

PlaceCheck::PlaceCheck(Connection& connection)
    : connection_(connection), database_(sqlite3_db_filename(connection.handle(), "main")) {}

void PlaceCheck::check() {
  int moved = 0;
  sqlite3_file_control(connection_.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved != 0) throw_moved(database_);
  // Of the log SQLite does not know that. It is made by the first read and stays until the end.
  const std::string log = database_ + "-wal";
  struct stat found{};
  const bool there = ::stat(log.c_str(), &found) == 0;
  if (log_inode_ == 0 && there) log_inode_ = found.st_ino;
  if (log_inode_ != 0 && (!there || found.st_ino != log_inode_)) throw_moved(log);
}

void write_probe(Connection& connection) {
  connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('write_probe', hex(zeroblob(32768)))");
  connection.execute("DELETE FROM meta WHERE key = 'write_probe'");
}

}  // namespace reeld::store::sqlite
