#pragma once

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <map>
#include <memory>
#include <utility>

#include "common/util/clock.hpp"

namespace reeld::test {

/// A clock that moves only when a test says so. Hours of waiting take no time; sleeps wake in the order they
/// are due.
///
/// For one thread: the one that calls advance() and runs the context.
class FakeClock final : public Clock {
 public:
  /// Begins at 2026-12-01T02:00:00Z, an hour after boot.
  FakeClock() = default;

  Time now() const override { return wall_at_boot_ + elapsed_; }
  Duration elapsed() const override { return elapsed_; }

  asio::awaitable<void> sleep_for(Duration delay) override {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    if (delay <= Duration(0)) {
      co_await asio::post(executor, asio::use_awaitable);
      co_return;
    }
    const Duration due = elapsed_ + delay;
    asio::steady_timer gate(executor, asio::steady_timer::time_point::max());
    const Sleeper sleeper(sleepers_, due, gate);
    boost::system::error_code ended;
    co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    if (elapsed_ < due) throw boost::system::system_error(asio::error::operation_aborted);
  }

  /// Runs what is ready, then lets `delay` pass, waking each sleeper at its own instant.
  void advance(asio::io_context& io, Duration delay) {
    const Duration until = elapsed_ + delay;
    for (;;) {
      drain(io);
      const auto next = sleepers_->begin();
      if (next == sleepers_->end() || next->first > until) break;
      elapsed_ = next->first;
      for (auto due = next; due != sleepers_->end() && due->first <= elapsed_; ++due) due->second->cancel();
    }
    elapsed_ = until;
    drain(io);
  }

  /// Sets the wall clock as an operator or NTP would: sleeps and elapsed() do not notice.
  void step_to(Time wall) { wall_at_boot_ = wall - elapsed_; }

  /// How many sleeps are under way.
  std::size_t sleeping() const { return sleepers_->size(); }

 private:
  using Sleepers = std::multimap<Duration, asio::steady_timer*>;

  /// A place in the list of sleepers, given up also when the sleep is cancelled or its frame destroyed.
  class Sleeper {
   public:
    Sleeper(std::shared_ptr<Sleepers> sleepers, Duration due, asio::steady_timer& gate)
        : sleepers_(std::move(sleepers)), place_(sleepers_->emplace(due, &gate)) {}
    ~Sleeper() { sleepers_->erase(place_); }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

   private:
    std::shared_ptr<Sleepers> sleepers_;
    Sleepers::iterator place_;
  };

  static void drain(asio::io_context& io) {
    io.restart();
    while (io.poll() > 0) io.restart();
  }

  Duration elapsed_ = std::chrono::hours(1);
  Time wall_at_boot_{std::chrono::sys_days(std::chrono::December / 1 / 2026) + std::chrono::hours(1)};
  /// Shared with the sleeps: a context that outlives the clock still destroys their frames.
  std::shared_ptr<Sleepers> sleepers_ = std::make_shared<Sleepers>();
};

}  // namespace reeld::test
