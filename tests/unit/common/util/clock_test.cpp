#include "common/util/clock.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/support/fake_clock.hpp"

namespace reeld {
namespace {

using namespace std::chrono_literals;

class ClockTest : public testing::Test {
 protected:
  static asio::awaitable<void> count_sleeps(Clock& clock, std::vector<Duration> delays, int& woken) {
    for (Duration delay : delays) {
      co_await clock.sleep_for(delay);
      ++woken;
    }
  }

  asio::io_context io_;
  test::FakeClock clock_;
};

TEST_F(ClockTest, FakeTimePassesOnlyWhenAdvanced) {
  EXPECT_EQ(format_time(clock_.now()), "2026-12-01T02:00:00.000Z");
  clock_.advance(io_, 90min);
  EXPECT_EQ(format_time(clock_.now()), "2026-12-01T03:30:00.000Z");
  EXPECT_EQ(clock_.elapsed(), 150min);
}

TEST_F(ClockTest, FakeSleepsWakeInOneAdvanceOneAfterAnother) {
  int woken = 0;
  asio::co_spawn(io_, count_sleeps(clock_, {1h, 2h, 4h}, woken), asio::detached);
  clock_.advance(io_, 59min);
  EXPECT_EQ(woken, 0);
  clock_.advance(io_, 1min);
  EXPECT_EQ(woken, 1);
  clock_.advance(io_, 6h);
  EXPECT_EQ(woken, 3);
  EXPECT_EQ(clock_.sleeping(), 0U);
}

TEST_F(ClockTest, FakeSleepOfZeroNeedsNoTime) {
  int woken = 0;
  asio::co_spawn(io_, count_sleeps(clock_, {0s, -1s}, woken), asio::detached);
  clock_.advance(io_, 0s);
  EXPECT_EQ(woken, 2);
}

TEST_F(ClockTest, FakeSleepEndsWithAbortedWhenCancelled) {
  int woken = 0;
  std::exception_ptr ended;
  asio::cancellation_signal cancel;
  asio::co_spawn(io_, count_sleeps(clock_, {100h}, woken),
                 asio::bind_cancellation_slot(cancel.slot(), [&ended](std::exception_ptr e) { ended = e; }));
  clock_.advance(io_, 1h);
  cancel.emit(asio::cancellation_type::terminal);
  clock_.advance(io_, 0s);
  ASSERT_TRUE(ended);
  EXPECT_THROW(std::rethrow_exception(ended), boost::system::system_error);
  EXPECT_EQ(clock_.sleeping(), 0U);
}

TEST_F(ClockTest, FakeStepMovesTheWallClockOnly) {
  int woken = 0;
  asio::co_spawn(io_, count_sleeps(clock_, {1h}, woken), asio::detached);
  clock_.advance(io_, 0s);
  clock_.step_to(*parse_time("2030-01-01T00:00:00Z"));
  clock_.advance(io_, 30min);
  EXPECT_EQ(format_time(clock_.now()), "2030-01-01T00:30:00.000Z");
  EXPECT_EQ(woken, 0);
}

TEST_F(ClockTest, SystemClockSleepsAndGrows) {
  SystemClock clock;
  int woken = 0;
  const Duration before = clock.elapsed();
  asio::co_spawn(io_, count_sleeps(clock, {1ms}, woken), asio::detached);
  io_.run();
  EXPECT_EQ(woken, 1);
  EXPECT_GE(clock.elapsed(), before);
  EXPECT_GT(clock.now(), *parse_time("2024-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace reeld
