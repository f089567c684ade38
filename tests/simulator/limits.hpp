#pragma once

#include <deque>

#include "common/util/time.hpp"

namespace reeld::sim {

/// At most `limit` events in any 60 seconds; a limit of 0 admits everything. Refused events do not count.
class SlidingWindow {
 public:
  explicit SlidingWindow(int limit) : limit_(limit) {}

  bool has_room(Time now);
  void count(Time now);
  void reset() { events_.clear(); }

 private:
  int limit_;
  std::deque<Time> events_;
};

}  // namespace reeld::sim
