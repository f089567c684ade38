#include "daemon/cli/reminder.hpp"

namespace reeld::cli {
namespace {

using namespace std::chrono_literals;

constexpr Duration kAgain = 10min;

}  // namespace

bool Reminder::is_due(bool stopped, Duration now) {
  if (!stopped) {
    next_.reset();
    return false;
  }
  if (!next_) next_ = now + first_;
  if (now < *next_) return false;
  next_ = now + kAgain;
  return true;
}

}  // namespace reeld::cli
