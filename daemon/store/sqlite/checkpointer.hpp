#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "daemon/store/sqlite/connection.hpp"

namespace reeld::store::sqlite {

/// When the write-ahead log is moved into the database. Sizes are pages of 4 KiB.
struct CheckpointPolicy {
  int passive = 1'000;    ///< so long a log is moved while nobody is in the way
  int truncate = 16'000;  ///< so long a one is also cut, which waits for readers a moment
  std::chrono::milliseconds truncate_every = std::chrono::minutes(1);
  /// Readers that keep the log from being cut for longer than this are complained about, so often.
  std::chrono::milliseconds warn_after = std::chrono::minutes(5);
};

/// Keeps the write-ahead log of the connection that writes from growing without bound.
class Checkpointer {
 public:
  /// `connection` outlives it.
  explicit Checkpointer(Connection& connection, CheckpointPolicy policy = {});

  /// To be called after each commit, on the connection's thread.
  void checkpoint_if_due();

  /// Moves all of the log and cuts it to nothing, at the end.
  void finish();

  /// Bytes in the log after the last commit. Any thread.
  std::uint64_t bytes() const;

 private:
  using Clock = std::chrono::steady_clock;

  void note_result(int code, int pages, int moved);

  Connection& connection_;
  const CheckpointPolicy policy_;
  std::atomic<int> pages_ = 0;  ///< as SQLite told after the last commit
  Clock::time_point last_truncate_;
  Clock::time_point free_since_ = Clock::now();  ///< when readers were last not in the way
};

}  // namespace reeld::store::sqlite
