#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "common/util/error.hpp"
#include "daemon/http/client/connection.hpp"
#include "daemon/http/client/timing.hpp"

namespace reeld::http {

/// Counts the connections of each origin and keeps those that wait for their next request.
///
/// An exchange first takes a slot, waiting in line when all are taken, and then looks for an idle connection.
/// All on one executor; slots must be gone when the pool is destroyed.
class Pool {
 public:
  /// The permission to use one connection to an origin; its end lets the next in line in.
  class Slot {
   public:
    Slot(Pool* pool, std::string origin) : pool_(pool), origin_(std::move(origin)) {}
    Slot(Slot&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), origin_(std::move(other.origin_)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (pool_ != nullptr) pool_->release(origin_);
    }

   private:
    Pool* pool_;
    std::string origin_;
  };

  /// Says of an idle connection whether it will do for a request.
  using Suits = std::function<bool(const Connection&)>;

  Pool(boost::asio::any_io_executor executor, std::size_t max_per_origin, Duration keep_alive);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Waits for a slot, first come, first served. Errors: kTimedOut, kCancelled.
  boost::asio::awaitable<Result<Slot>> acquire(std::string origin, SteadyTime deadline);

  /// The idle connection used last that is quiet, young enough and suits; null when there is none. Closes
  /// those that can no longer be used.
  std::unique_ptr<Connection> take_idle(const std::string& origin, Duration max_age, const Suits& suits);

  /// Keeps a connection for the next request.
  void keep(const std::string& origin, std::unique_ptr<Connection> connection);

  /// Closes what is idle and keeps nothing more; ends every wait with kCancelled.
  void shutdown();

 private:
  struct Waiter;
  struct Origin {
    std::size_t in_use = 0;
    std::deque<std::unique_ptr<Connection>> idle;  ///< used longest ago first
    std::list<Waiter*> waiting;
  };

  void release(const std::string& origin);
  void leave_line(const std::string& origin, Waiter& waiter);
  void forget_if_unused(const std::string& origin);
  void sweep();
  void arm_sweeper();

  boost::asio::any_io_executor executor_;
  std::size_t max_per_origin_;
  Duration keep_alive_;
  bool is_shut_down_ = false;
  std::map<std::string, Origin> origins_;
  boost::asio::steady_timer sweeper_;
  bool sweeper_armed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reeld::http
