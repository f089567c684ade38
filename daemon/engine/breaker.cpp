#include "daemon/engine/breaker.hpp"

#include <algorithm>
#include <utility>

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

constexpr int kFailuresThatOpen = 10;
constexpr Duration kFirstPause = 5s;
constexpr Duration kLongestPause = 10min;
constexpr int kMostDoublings = 10;
/// How often somebody who waits for another's trial looks again.
constexpr Duration kTrialLook = 1s;

}  // namespace

bool Breaker::try_begin(Duration now) {
  switch (state(now)) {
    case State::kClosed:
      return true;
    case State::kOpen:
      return false;
    case State::kHalfOpen:
      if (trial_ != 0) return false;
      trial_ = ++trials_;
      return true;
  }
  return false;
}

void Breaker::succeeded() {
  const int trials = trials_;
  *this = Breaker();
  trials_ = trials;
}

void Breaker::given_up(int trial) {
  if (trial == trial_) trial_ = 0;
}

void Breaker::failed(std::string why, Duration now) {
  ++failures_;
  // Calls that began before it opened may still fail: that is the same trouble.
  if (failures_ < kFailuresThatOpen || state(now) == State::kOpen) return;
  opens_until_ =
      now + std::min<Duration>(kFirstPause * (1 << std::min(openings_, kMostDoublings)), kLongestPause);
  ++openings_;
  trial_ = 0;
  reason_ = std::move(why);
}

Breaker::State Breaker::state(Duration now) const {
  if (openings_ == 0) return State::kClosed;
  return now < opens_until_ ? State::kOpen : State::kHalfOpen;
}

Duration Breaker::wait(Duration now) const {
  switch (state(now)) {
    case State::kClosed:
      break;
    case State::kOpen:
      return opens_until_ - now;
    case State::kHalfOpen:
      return trial_ != 0 ? kTrialLook : Duration(0);
  }
  return Duration(0);
}

}  // namespace reeld::engine
