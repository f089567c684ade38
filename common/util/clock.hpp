#pragma once

#include <boost/asio/awaitable.hpp>

#include "common/util/time.hpp"

namespace reeld {

namespace asio = boost::asio;

/// Where the program's time comes from, so that tests can hold it still.
class Clock {
 public:
  virtual ~Clock() = default;

  /// The wall clock: what is stored and shown.
  virtual Time now() const = 0;

  /// Time since boot, also while the machine sleeps; never steps. What waiting is measured with.
  virtual Duration elapsed() const = 0;

  /// Waits for `delay`. Cancellation (either kind that the caller enabled) throws operation_aborted.
  virtual asio::awaitable<void> sleep_for(Duration delay) = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  Time now() const override;
  Duration elapsed() const override;
  asio::awaitable<void> sleep_for(Duration delay) override;
};

}  // namespace reeld
