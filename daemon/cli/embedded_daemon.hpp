#pragma once

#include <atomic>
#include <thread>

#include "common/config/load.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {

/// A daemon of this process's own, on a thread beside the one that shows what it does.
class EmbeddedDaemon {
 public:
  /// Starts it, paused: nothing is sent before somebody resumes the queue. `loaded` and `globals` outlive it.
  EmbeddedDaemon(const LoadedConfig& loaded, const Globals& globals);
  /// Stops it as SIGTERM does.
  ~EmbeddedDaemon();
  EmbeddedDaemon(const EmbeddedDaemon&) = delete;
  EmbeddedDaemon& operator=(const EmbeddedDaemon&) = delete;

  /// Waits until its socket takes connections; false when it ended instead.
  bool wait_until_ready() const;

  /// It winds down or has ended: by a signal, or because it could not start.
  bool stopping() const { return stopping_; }

  /// Stops it and waits for it; what `reeld serve` would have returned.
  int stop();

 private:
  std::atomic<bool> ready_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> ended_ = false;
  std::atomic<int> exit_code_ = 0;
  std::thread thread_;
};

}  // namespace reeld::cli
