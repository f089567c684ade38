#pragma once

#include <optional>

#include "common/util/time.hpp"

namespace reeld::cli {

/// When to say that something stops the queue: not at once, for most of it passes, but then again and again,
/// so that nobody wonders about a program that waits for days.
class Reminder {
 public:
  /// Says it first when it has lasted for `first`.
  explicit Reminder(Duration first = std::chrono::seconds(20)) : first_(first) {}

  /// Whether to say it now; called often. `now` is of a clock that never steps.
  bool is_due(bool stopped, Duration now);

 private:
  Duration first_;
  std::optional<Duration> next_;  ///< while it is stopped
};

}  // namespace reeld::cli
