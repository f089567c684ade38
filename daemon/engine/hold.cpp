#include "daemon/engine/hold.hpp"

#include <algorithm>

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

constexpr Duration kFirstPause = 2s;
constexpr Duration kLongestPause = 10min;
constexpr int kMostDoublings = 10;

}  // namespace

void Hold::put(std::string reason, Duration now) {
  const Duration pause =
      std::min<Duration>(kFirstPause * (1 << std::min(times_, kMostDoublings)), kLongestPause);
  // Several jobs in flight may meet the same trouble: that is one hold, not several.
  if (!stands() || now >= probe_at_) {
    ++times_;
    probe_at_ = now + pause;
  }
  reason_ = std::move(reason);
}

void Hold::confirm() {
  times_ = 0;
}

Duration Hold::wait(Duration now) const {
  return std::max(probe_at_ - now, Duration(0));
}

}  // namespace reeld::engine
