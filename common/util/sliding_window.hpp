#pragma once

#include <deque>

#include "common/util/time.hpp"

namespace reeld {

/// Allows at most `limit` events in any window of `span`, with no burst at its edges.
///
/// A token bucket of the same rate lets up to twice the limit through in one window, which a service that
/// counts per minute refuses. Times come from the caller; memory is one instant for each event of the last
/// span.
class SlidingWindow {
 public:
  /// `limit` 0 means no limit.
  SlidingWindow(int limit, Duration span) : limit_(limit), span_(span) {}

  /// How long after `now` the next event is allowed: zero means now.
  Duration wait(Duration now) const;

  /// How many events are allowed at `now`, at most `most`.
  int room(Duration now, int most) const;

  /// Counts an event at `now`. Times never go back.
  void record(Duration now);

  /// Takes back the event that was counted at `at`: it did not happen after all.
  void take_back(Duration at);

  /// Changes the limit; events already counted stay.
  void set_limit(int limit) { limit_ = limit; }

 private:
  int limit_;
  Duration span_;
  std::deque<Duration> events_;
};

}  // namespace reeld
