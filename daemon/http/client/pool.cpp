#include "daemon/http/client/pool.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace reeld::http {

struct Pool::Waiter {
  Waiter(Pool& p, std::string o, SteadyTime deadline)
      : pool(p), origin(std::move(o)), timer(p.executor_, deadline) {
    pool.origins_[origin].waiting.push_back(this);
  }
  ~Waiter() { pool.leave_line(origin, *this); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  Pool& pool;
  std::string origin;
  boost::asio::steady_timer timer;
  bool admitted = false;
};

Pool::Pool(boost::asio::any_io_executor executor, std::size_t max_per_origin, Duration keep_alive)
    : executor_(executor),
      max_per_origin_(std::max<std::size_t>(max_per_origin, 1)),
      keep_alive_(keep_alive),
      sweeper_(executor) {}

boost::asio::awaitable<Result<Pool::Slot>> Pool::acquire(std::string origin, SteadyTime deadline) {
  if (is_shut_down_) co_return Error{Errc::kCancelled, "http.pool", "the client is shut down"};
  Origin& place = origins_[origin];
  if (place.in_use < max_per_origin_ && place.waiting.empty()) {
    ++place.in_use;
    co_return Slot(this, std::move(origin));
  }
  Waiter waiter(*this, origin, deadline);
  const auto [ended] = co_await waiter.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  if (waiter.admitted) {
    waiter.admitted = false;  // from here on the slot gives the place back
    co_return Slot(this, std::move(origin));
  }
  if (!ended) co_return Error{Errc::kTimedOut, "http.pool", "all connections to the host stayed in use"};
  co_return Error{Errc::kCancelled, "http.pool", "cancelled"};
}

void Pool::release(const std::string& origin) {
  Origin& place = origins_.at(origin);
  if (place.waiting.empty()) {
    --place.in_use;
    forget_if_unused(origin);
    return;
  }
  Waiter* const next = place.waiting.front();
  place.waiting.pop_front();
  next->admitted = true;
  next->timer.cancel();
}

void Pool::leave_line(const std::string& origin, Waiter& waiter) {
  if (waiter.admitted) return release(origin);
  std::erase(origins_.at(origin).waiting, &waiter);
  forget_if_unused(origin);
}

std::unique_ptr<Connection> Pool::take_idle(const std::string& origin, Duration max_age, const Suits& suits) {
  const auto now = std::chrono::steady_clock::now();
  auto& idle = origins_.at(origin).idle;
  std::erase_if(idle, [this, now](const auto& connection) {
    return now - connection->last_used() > keep_alive_ || !connection->is_quiet();
  });
  const auto found = std::find_if(idle.rbegin(), idle.rend(), [&](const auto& connection) {
    return now - connection->last_used() <= max_age && suits(*connection);
  });
  if (found == idle.rend()) return nullptr;
  std::unique_ptr<Connection> taken = std::move(*found);
  idle.erase(std::next(found).base());
  return taken;
}

void Pool::keep(const std::string& origin, std::unique_ptr<Connection> connection) {
  if (is_shut_down_) return;
  Origin& place = origins_.at(origin);
  // Requests that insist on a new connection must not make the idle ones pile up.
  if (place.idle.size() >= max_per_origin_) place.idle.pop_front();
  place.idle.push_back(std::move(connection));
  arm_sweeper();
}

void Pool::forget_if_unused(const std::string& origin) {
  const auto found = origins_.find(origin);
  if (found == origins_.end()) return;
  const Origin& place = found->second;
  if (place.in_use == 0 && place.idle.empty() && place.waiting.empty()) origins_.erase(found);
}

void Pool::sweep() {
  const auto now = std::chrono::steady_clock::now();
  bool any_left = false;
  for (auto next = origins_.begin(); next != origins_.end();) {
    Origin& place = next->second;
    std::erase_if(place.idle,
                  [&](const auto& connection) { return now - connection->last_used() > keep_alive_; });
    any_left = any_left || !place.idle.empty();
    const std::string origin = (next++)->first;
    forget_if_unused(origin);
  }
  if (any_left) arm_sweeper();
}

void Pool::arm_sweeper() {
  if (sweeper_armed_) return;
  sweeper_armed_ = true;
  sweeper_.expires_at(after(keep_alive_) + Duration(100));
  sweeper_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code& cancelled) {
    // The handler may run after the pool has gone, even one that was not cancelled.
    if (alive.expired()) return;
    sweeper_armed_ = false;
    if (!cancelled) sweep();
  });
}

void Pool::shutdown() {
  is_shut_down_ = true;
  sweeper_.cancel();
  for (auto& [origin, place] : origins_) {
    place.idle.clear();
    for (Waiter* waiter : place.waiting) waiter->timer.cancel();
  }
}

}  // namespace reeld::http
