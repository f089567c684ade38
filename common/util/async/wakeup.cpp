#include "common/util/async/wakeup.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace reeld {

namespace asio = boost::asio;

Wakeup::Wakeup(asio::any_io_executor executor) : timer_(executor) {}

void Wakeup::poke() {
  poked_ = true;
  timer_.cancel();
}

asio::awaitable<void> Wakeup::wait_for(Duration limit) {
  if (!poked_) {
    // "For ever" must not overflow the clock's nanoseconds.
    constexpr Duration kLongest = std::chrono::years(100);
    timer_.expires_after(std::min(limit, kLongest));
    boost::system::error_code ended;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    // The timer ends with operation_aborted for a poke and for a cancellation alike; only the latter throws.
    if (!poked_ && ended) throw boost::system::system_error(ended);
  }
  poked_ = false;
}

}  // namespace reeld
