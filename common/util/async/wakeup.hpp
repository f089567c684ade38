#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/util/time.hpp"

namespace reeld {

/// Lets one coroutine sleep until another pokes it or a time limit passes.
///
/// A poke while nobody waits is remembered, so that none is lost. For one waiter, on one executor.
class Wakeup {
 public:
  explicit Wakeup(boost::asio::any_io_executor executor);

  /// Ends the current wait, or the next one at once.
  void poke();

  /// Waits for a poke, at most for `limit`. Cancellation throws operation_aborted.
  boost::asio::awaitable<void> wait_for(Duration limit);

  boost::asio::any_io_executor executor() { return timer_.get_executor(); }

 private:
  boost::asio::steady_timer timer_;
  bool poked_ = false;
};

}  // namespace reeld
