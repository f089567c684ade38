#include "tests/simulator/limits.hpp"

namespace reeld::sim {

bool SlidingWindow::has_room(Time now) {
  while (!events_.empty() && events_.front() <= now - std::chrono::minutes(1)) events_.pop_front();
  return limit_ == 0 || events_.size() < static_cast<std::size_t>(limit_);
}

void SlidingWindow::count(Time now) {
  if (limit_ != 0) events_.push_back(now);
}

}  // namespace reeld::sim
