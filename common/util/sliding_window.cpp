#include "common/util/sliding_window.hpp"

#include <algorithm>

namespace reeld {

Duration SlidingWindow::wait(Duration now) const {
  const auto limit = static_cast<std::size_t>(std::max(limit_, 0));
  if (limit == 0 || events_.size() < limit) return Duration(0);
  const Duration oldest_that_counts = events_[events_.size() - limit];
  return std::max(oldest_that_counts + span_ - now, Duration(0));
}

int SlidingWindow::room(Duration now, int most) const {
  if (limit_ <= 0) return most;
  const auto recent = std::ranges::count_if(events_, [&](Duration event) { return event + span_ > now; });
  return std::clamp(limit_ - static_cast<int>(recent), 0, most);
}

void SlidingWindow::record(Duration now) {
  while (!events_.empty() && events_.front() + span_ <= now) events_.pop_front();
  events_.push_back(now);
}

void SlidingWindow::take_back(Duration at) {
  const auto event = std::ranges::find(events_, at);
  if (event != events_.end()) events_.erase(event);
}

}  // namespace reeld
