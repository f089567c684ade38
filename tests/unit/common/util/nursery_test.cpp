#include "common/util/async/nursery.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "tests/support/fake_clock.hpp"

namespace reeld {
namespace {

using namespace std::chrono_literals;

class NurseryTest : public testing::Test {
 protected:
  asio::awaitable<void> sleeper(Duration delay) {
    co_await clock_.sleep_for(delay);
    ++ended_;
  }

  asio::awaitable<void> polite_sleeper() {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await clock_.sleep_for(1000h);
  }

  static asio::awaitable<void> thrower() {
    throw std::runtime_error("a bug");
    co_return;
  }

  asio::awaitable<void> spawner() {
    nursery_.spawn(sleeper(1h));
    co_return;
  }

  asio::awaitable<void> join(Duration limit) { joined_ = co_await nursery_.join(limit); }

  /// Ends what is left, so that the nursery may be destroyed.
  void TearDown() override {
    nursery_.cancel(asio::cancellation_type::terminal);
    clock_.advance(io_, 0s);
  }

  asio::io_context io_;
  test::FakeClock clock_;
  int bugs_ = 0;
  int ended_ = 0;
  std::optional<bool> joined_;
  Nursery nursery_{io_.get_executor(), [this](std::exception_ptr) { ++bugs_; }};
};

TEST_F(NurseryTest, ForgetsChildrenThatEnded) {
  nursery_.spawn(sleeper(1h));
  nursery_.spawn(sleeper(2h));
  EXPECT_EQ(nursery_.size(), 2U);
  clock_.advance(io_, 90min);
  EXPECT_EQ(nursery_.size(), 1U);
  clock_.advance(io_, 90min);
  EXPECT_EQ(nursery_.size(), 0U);
  EXPECT_EQ(ended_, 2);
}

TEST_F(NurseryTest, TerminalEndsEveryChildAndIsNoBug) {
  for (int i = 0; i < 10; ++i) nursery_.spawn(sleeper(1000h));
  nursery_.spawn(polite_sleeper());
  clock_.advance(io_, 1s);
  nursery_.cancel(asio::cancellation_type::terminal);
  clock_.advance(io_, 0s);
  EXPECT_EQ(nursery_.size(), 0U);
  EXPECT_EQ(ended_, 0);
  EXPECT_EQ(bugs_, 0);
}

TEST_F(NurseryTest, TotalReachesOnlyThoseThatOptedIn) {
  nursery_.spawn(sleeper(1000h));
  nursery_.spawn(polite_sleeper());
  clock_.advance(io_, 1s);
  nursery_.cancel(asio::cancellation_type::total);
  clock_.advance(io_, 0s);
  EXPECT_EQ(nursery_.size(), 1U);
}

TEST_F(NurseryTest, TellsWhatAChildThrew) {
  nursery_.spawn(thrower());
  clock_.advance(io_, 0s);
  EXPECT_EQ(bugs_, 1);
  EXPECT_EQ(nursery_.size(), 0U);
}

TEST_F(NurseryTest, AChildMaySpawnAnother) {
  nursery_.spawn(spawner());
  clock_.advance(io_, 1s);
  EXPECT_EQ(nursery_.size(), 1U);
  clock_.advance(io_, 1h);
  EXPECT_EQ(nursery_.size(), 0U);
}

TEST_F(NurseryTest, JoinEndsWithTheLastChild) {
  nursery_.spawn(sleeper(1h));
  asio::co_spawn(io_, join(Duration::max()), asio::detached);
  clock_.advance(io_, 30min);
  EXPECT_FALSE(joined_);
  clock_.advance(io_, 30min);
  EXPECT_EQ(joined_, true);
}

TEST_F(NurseryTest, JoinOfAnEmptyOneIsImmediate) {
  asio::co_spawn(io_, join(0s), asio::detached);
  clock_.advance(io_, 0s);
  EXPECT_EQ(joined_, true);
}

TEST_F(NurseryTest, JoinGivesUpAfterItsLimit) {
  nursery_.spawn(sleeper(1000h));
  asio::co_spawn(io_, join(1ms), asio::detached);
  // The sleeping child keeps the context busy for ever, so it runs only until the join has ended.
  while (!joined_ && io_.run_one_for(5s) > 0) {
  }
  EXPECT_EQ(joined_, false);
}

}  // namespace
}  // namespace reeld
