#include "daemon/store/sqlite/store_thread.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>

#include "common/util/crash_point.hpp"

namespace reeld::store::sqlite {
namespace {

/// A transaction takes at most this many pieces, so that the first of a crowd does not wait for the last.
constexpr std::size_t kMaxPieces = 512;
/// 4 MiB in the log: move it into the database while that is quick.
constexpr int kPassiveCheckpointPages = 1'000;
/// 64 MiB: readers kept the log from shrinking for long; insist.
constexpr int kTruncateCheckpointPages = 16'000;
constexpr auto kTruncateEvery = std::chrono::minutes(1);
constexpr int kCheckpointWait = 100;  // ms

int remember_wal_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

StoreThread::StoreThread(std::unique_ptr<Connection> connection, Observer& observer)
    : connection_(std::move(connection)), observer_(observer) {
  sqlite3_wal_hook(connection_->handle(), remember_wal_pages, &wal_pages_);
  thread_ = std::thread([this] { loop(); });
}

StoreThread::~StoreThread() {
  close();
}

void StoreThread::close() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  arrived_.notify_one();
  thread_.join();
  const int code =
      sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) spdlog::warn("store: last checkpoint failed: {}", sqlite3_errstr(code));
  connection_.reset();
}

void StoreThread::enqueue(std::unique_ptr<Piece> piece) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(piece));
  }
  arrived_.notify_one();
}

void StoreThread::loop() {
  for (;;) {
    std::vector<std::unique_ptr<Piece>> pieces;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return closing_ || !queue_.empty(); });
      if (queue_.empty()) return;
      while (!queue_.empty() && pieces.size() < kMaxPieces) {
        pieces.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    commit(pieces);
    checkpoint_if_due();
  }
}

void StoreThread::on_commit(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  on_commit_ = std::move(callback);
}

void StoreThread::tell_commit() {
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    callback = on_commit_;
  }
  if (callback) callback();
}

void StoreThread::commit(std::vector<std::unique_ptr<Piece>>& pieces) {
  std::optional<Error> failure;
  const auto began = std::chrono::steady_clock::now();
  const int changes_before = sqlite3_total_changes(connection_->handle());
  try {
    connection_->execute("BEGIN IMMEDIATE");
    apply_all(pieces);
    for (const auto& piece : pieces) crash_point(crash::kCommitBefore, piece->operation());
    connection_->execute("COMMIT");
    for (const auto& piece : pieces) crash_point(crash::kCommitAfter, piece->operation());
  } catch (const SqliteError& error) {
    failure = Error{Errc::kUnavailable, "store.commit", error.what()};
    spdlog::error("store: nothing of {} operations was written: {}", pieces.size(), error.what());
    if (!connection_->lost_transaction())
      sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  if (failure) {
    observer_.commit_failed();
  } else {
    observer_.committed(pieces.size(), std::chrono::steady_clock::now() - began);
  }
  for (auto& piece : pieces) piece->complete(failure ? &*failure : nullptr);
  if (!failure && sqlite3_total_changes(connection_->handle()) != changes_before) tell_commit();
}

void StoreThread::apply_all(std::vector<std::unique_ptr<Piece>>& pieces) {
  for (auto& piece : pieces) {
    connection_->execute("SAVEPOINT piece");
    const bool keep = piece->apply(*connection_);
    // A full disk or an I/O error may roll everything back, not only the statement that met it.
    if (connection_->lost_transaction()) throw SqliteError(SQLITE_IOERR, "the transaction was rolled back");
    connection_->execute(keep ? "RELEASE piece" : "ROLLBACK TO piece; RELEASE piece");
  }
}

void StoreThread::checkpoint_if_due() {
  if (wal_pages_ < kPassiveCheckpointPages) return;
  const auto now = std::chrono::steady_clock::now();
  const bool insist = wal_pages_ >= kTruncateCheckpointPages && now - last_truncate_ > kTruncateEvery;
  if (insist) last_truncate_ = now;
  // A reader that takes its time must not hold the commits behind it up.
  sqlite3_busy_timeout(connection_->handle(), kCheckpointWait);
  const int mode = insist ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, mode, nullptr, nullptr);
  sqlite3_busy_timeout(connection_->handle(), Connection::kBusyTimeout);
  if (code != SQLITE_OK && code != SQLITE_BUSY)
    spdlog::warn("store: checkpoint failed: {}", sqlite3_errstr(code));
  wal_pages_ = 0;
}

}  // namespace reeld::store::sqlite
