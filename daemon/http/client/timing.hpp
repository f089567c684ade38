#pragma once

#include <algorithm>
#include <chrono>

#include "common/util/time.hpp"

namespace reeld::http {

/// The clock of all waiting in this folder.
using SteadyTime = std::chrono::steady_clock::time_point;

/// `delay` from now; a delay without end becomes a year, so that nothing overflows.
inline SteadyTime after(Duration delay) {
  return std::chrono::steady_clock::now() + std::min<Duration>(delay, std::chrono::hours(24 * 365));
}

/// The limits of an exchange on an open connection.
struct Timing {
  Duration idle;   ///< for each single read or write
  SteadyTime end;  ///< for all of them together

  /// When a read or write that begins now must have moved a byte.
  SteadyTime next() const { return std::min(after(idle), end); }
};

}  // namespace reeld::http
