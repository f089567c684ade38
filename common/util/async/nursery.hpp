#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <functional>
#include <list>
#include <string_view>

#include "common/util/time.hpp"

namespace reeld {

/// Owns coroutines: starts them, cancels them together, and waits until the last one has ended.
///
/// All on one executor, without locks. A nursery must be empty when it is destroyed: join() it first, since a
/// frame that outlives the objects it refers to is a use after free.
class Nursery {
 public:
  /// Called with what a child threw (cancellation excepted): a bug, to be reported, never swallowed.
  using OnException = std::function<void(std::exception_ptr)>;

  Nursery(boost::asio::any_io_executor executor, OnException on_exception);
  ~Nursery();
  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;

  /// Starts `task`; it runs until it ends or is cancelled.
  void spawn(boost::asio::awaitable<void> task);

  /// Asks every child to end; only to be called on the executor's thread. `total` reaches only those that
  /// opted in and means "wind down"; `terminal` reaches all and means "stop at the next wait".
  void cancel(boost::asio::cancellation_type type);

  /// Waits until no child is left, or `limit` has passed. True when none is left. For one waiter at a time.
  boost::asio::awaitable<bool> join(Duration limit);

  std::size_t size() const { return children_.size(); }

 private:
  using Children = std::list<boost::asio::cancellation_signal>;
  void finished(Children::iterator child, std::exception_ptr exception);

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer emptied_;
  OnException on_exception_;
  Children children_;
};

}  // namespace reeld
