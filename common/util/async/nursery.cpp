#include "common/util/async/nursery.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cassert>

namespace reeld {

namespace asio = boost::asio;

Nursery::Nursery(asio::any_io_executor executor, OnException on_exception)
    : executor_(executor),
      emptied_(executor, asio::steady_timer::time_point::max()),
      on_exception_(std::move(on_exception)) {}

Nursery::~Nursery() {
  assert(children_.empty());
}

void Nursery::spawn(asio::awaitable<void> task) {
  auto child = children_.emplace(children_.end());
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(child->slot(), [this, child](std::exception_ptr exception) {
                   finished(child, exception);
                 }));
}

void Nursery::cancel(asio::cancellation_type type) {
  // A child may end while it is told, and take its own list node along.
  for (auto next = children_.begin(); next != children_.end();) {
    auto child = next++;
    child->emit(type);
  }
}

asio::awaitable<bool> Nursery::join(Duration limit) {
  // "For ever" must not overflow the clock's nanoseconds.
  constexpr Duration kLongest = std::chrono::years(100);
  const auto deadline = std::chrono::steady_clock::now() + std::min(limit, kLongest);
  while (!children_.empty() && std::chrono::steady_clock::now() < deadline) {
    emptied_.expires_at(deadline);
    boost::system::error_code woken;
    co_await emptied_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  co_return children_.empty();
}

void Nursery::finished(Children::iterator child, std::exception_ptr exception) {
  children_.erase(child);
  if (exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted) on_exception_(exception);
    } catch (...) {
      on_exception_(exception);
    }
  }
  if (children_.empty()) emptied_.cancel();
}

}  // namespace reeld
