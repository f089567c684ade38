#include "daemon/store/sqlite/checkpointer.hpp"

#include <spdlog/spdlog.h>

namespace reeld::store::sqlite {
namespace {

constexpr int kWait = 100;  // ms
constexpr std::uint64_t kFrame = 4096 + 24;

int remember_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<std::atomic<int>*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Checkpointer::Checkpointer(Connection& connection, CheckpointPolicy policy)
    : connection_(connection), policy_(policy) {
  sqlite3_wal_hook(connection_.handle(), remember_pages, &pages_);
}

void Checkpointer::checkpoint_if_due() {
  if (pages_ < policy_.passive) return;
  const auto now = Clock::now();
  const bool insist = pages_ >= policy_.truncate && now - last_truncate_ >= policy_.truncate_every;
  if (insist) last_truncate_ = now;
  // A reader that takes its time must not hold the commits behind it up.
  sqlite3_busy_timeout(connection_.handle(), kWait);
  const int mode = insist ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  int pages = 0;
  int moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, mode, &pages, &moved);
  sqlite3_busy_timeout(connection_.handle(), Connection::kBusyTimeout);
  note_result(code, pages, moved);
}

void Checkpointer::note_result(int code, int pages, int moved) {
  if (code != SQLITE_OK && code != SQLITE_BUSY)
    spdlog::warn("store: checkpoint failed: {}", sqlite3_errstr(code));
  const auto now = Clock::now();
  if (code == SQLITE_OK && moved >= pages) {
    free_since_ = now;
    if (pages == 0) pages_ = 0;
    return;
  }
  if (now - free_since_ < policy_.warn_after) return;
  spdlog::warn(
      "store: something has been reading the queue's database for more than {} s, and its write-ahead log "
      "has "
      "grown to {} MiB meanwhile: it can be cut when that ends",
      std::chrono::duration_cast<std::chrono::seconds>(now - free_since_).count(), bytes() >> 20);
  free_since_ = now;
}

void Checkpointer::finish() {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) spdlog::warn("store: last checkpoint failed: {}", sqlite3_errstr(code));
}

std::uint64_t Checkpointer::bytes() const {
  return static_cast<std::uint64_t>(pages_) * kFrame;
}

}  // namespace reeld::store::sqlite
