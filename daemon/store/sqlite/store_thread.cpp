#include "daemon/store/sqlite/store_thread.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>

#include "common/util/crash_point.hpp"

namespace reeld::store::sqlite {
namespace {

/// A transaction takes at most this many pieces, so that the first of a crowd does not wait for the last.
constexpr std::size_t kMaxPieces = 512;
constexpr auto kTryDiskEvery = std::chrono::seconds(1);

}  // namespace

StoreThread::StoreThread(std::unique_ptr<Connection> connection, Observer& observer)
    : connection_(std::move(connection)),
      observer_(observer),
      checkpointer_(*connection_),
      place_(*connection_) {
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
  checkpointer_.finish();
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
    auto pieces = take();
    if (!pieces.empty()) {
      commit(pieces);
      checkpointer_.checkpoint_if_due();
    }
    try_disk_if_due();
    const std::lock_guard lock(mutex_);
    if (closing_ && queue_.empty()) return;
  }
}

std::vector<std::unique_ptr<StoreThread::Piece>> StoreThread::take() {
  const auto arrived = [this] { return closing_ || !queue_.empty(); };
  std::vector<std::unique_ptr<Piece>> pieces;
  std::unique_lock lock(mutex_);
  if (trouble_.stands()) {
    arrived_.wait_for(lock, kTryDiskEvery, arrived);
  } else {
    arrived_.wait(lock, arrived);
  }
  while (!queue_.empty() && pieces.size() < kMaxPieces) {
    pieces.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return pieces;
}

/// Only this ends a trouble: a commit that changes nothing writes nothing, and proves nothing.
void StoreThread::try_disk_if_due() {
  const auto now = std::chrono::steady_clock::now();
  if (!trouble_.stands() || now - disk_tried_ < kTryDiskEvery) return;
  disk_tried_ = now;
  try {
    place_.check();
    write_probe(*connection_);
    trouble_.note_success();
  } catch (const SqliteError& error) {
    spdlog::debug("store: still nothing can be written: {}", error.what());
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
    place_.check();
    connection_->execute("BEGIN IMMEDIATE");
    apply_all(pieces);
    for (const auto& piece : pieces) crash_point(crash::kCommitBefore, piece->operation());
    connection_->execute("COMMIT");
    for (const auto& piece : pieces) crash_point(crash::kCommitAfter, piece->operation());
  } catch (const SqliteError& error) {
    failure = Error{Errc::kUnavailable, "store.commit", error.what()};
    const auto level = trouble_.stands() ? spdlog::level::debug : spdlog::level::err;
    spdlog::log(level, "store: nothing of {} operations was written: {}", pieces.size(), error.what());
    trouble_.note_failure(error);
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

}  // namespace reeld::store::sqlite
