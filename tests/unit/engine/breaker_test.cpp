#include "daemon/engine/breaker.hpp"

#include <gtest/gtest.h>

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;
using State = Breaker::State;

/// Ten calls in a row that fail at `now`.
Breaker opened(Duration now) {
  Breaker breaker;
  for (int i = 0; i < 10; ++i) breaker.failed("HTTP 503", now);
  return breaker;
}

TEST(BreakerTest, OpensAfterTenFailuresInARow) {
  Breaker breaker;
  for (int i = 0; i < 9; ++i) {
    breaker.failed("HTTP 503", 0ms);
    EXPECT_EQ(breaker.state(0ms), State::kClosed);
    EXPECT_TRUE(breaker.try_begin(0ms));
  }
  breaker.failed("HTTP 503", 0ms);
  EXPECT_EQ(breaker.state(0ms), State::kOpen);
  EXPECT_FALSE(breaker.try_begin(0ms));
  EXPECT_EQ(breaker.reason(), "HTTP 503");
}

TEST(BreakerTest, ASuccessBetweenBeginsTheCountAnew) {
  Breaker breaker;
  for (int i = 0; i < 100; ++i) {
    if (i % 9 == 0) breaker.succeeded();
    breaker.failed("HTTP 503", 0ms);
    EXPECT_EQ(breaker.state(0ms), State::kClosed);
  }
}

TEST(BreakerTest, LetsOneTrialThroughWhenItsTimeIsOver) {
  Breaker breaker = opened(1000s);
  const Duration wait = breaker.wait(1000s);
  EXPECT_GT(wait, 0ms);
  EXPECT_FALSE(breaker.try_begin(1000s + wait - 1ms));
  const Duration then = 1000s + wait;
  EXPECT_EQ(breaker.state(then), State::kHalfOpen);
  EXPECT_EQ(breaker.wait(then), 0ms);
  EXPECT_TRUE(breaker.try_begin(then));
  EXPECT_FALSE(breaker.try_begin(then));
  EXPECT_GT(breaker.wait(then), 0ms);
}

TEST(BreakerTest, ClosesWhenTheTrialGoesWell) {
  Breaker breaker = opened(0ms);
  const Duration then = breaker.wait(0ms);
  EXPECT_TRUE(breaker.try_begin(then));
  breaker.succeeded();
  EXPECT_EQ(breaker.state(then), State::kClosed);
  EXPECT_EQ(breaker.wait(then), 0ms);
  EXPECT_EQ(breaker.reason(), "");
  EXPECT_TRUE(breaker.try_begin(then));
  EXPECT_TRUE(breaker.try_begin(then));
}

TEST(BreakerTest, WaitsTwiceAsLongAfterEachFailedTrialUpToTenMinutes) {
  Breaker breaker = opened(0ms);
  Duration now = 0ms;
  Duration before = 0ms;
  for (int i = 0; i < 15; ++i) {
    const Duration wait = breaker.wait(now);
    EXPECT_EQ(wait, before == 0ms ? wait : std::min<Duration>(before * 2, 10min));
    before = wait;
    now += wait;
    EXPECT_TRUE(breaker.try_begin(now));
    breaker.failed("still down", now);
    EXPECT_EQ(breaker.state(now), State::kOpen);
  }
  EXPECT_EQ(before, 10min);
  EXPECT_EQ(breaker.reason(), "still down");
}

TEST(BreakerTest, ATrialThatTellsNothingLeavesItsPlaceToTheNext) {
  Breaker breaker = opened(0ms);
  const Duration then = breaker.wait(0ms);
  EXPECT_TRUE(breaker.try_begin(then));
  breaker.given_up(breaker.trial());
  EXPECT_EQ(breaker.state(then), State::kHalfOpen);
  EXPECT_TRUE(breaker.try_begin(then));
}

TEST(BreakerTest, OnlyTheTrialUnderWayCanBeGivenUp) {
  Breaker breaker;
  EXPECT_TRUE(breaker.try_begin(0ms));
  const int before_it_opened = breaker.trial();
  for (int i = 0; i < 10; ++i) breaker.failed("HTTP 503", 0ms);
  Duration now = breaker.wait(0ms);
  EXPECT_TRUE(breaker.try_begin(now));
  const int first = breaker.trial();
  breaker.given_up(before_it_opened);
  EXPECT_FALSE(breaker.try_begin(now));
  breaker.succeeded();
  for (int i = 0; i < 10; ++i) breaker.failed("HTTP 503", now);
  now += breaker.wait(now);
  EXPECT_TRUE(breaker.try_begin(now));
  breaker.given_up(first);
  EXPECT_FALSE(breaker.try_begin(now)) << "that trial ended well long ago";
}

TEST(BreakerTest, CallsThatBeganBeforeItOpenedDoNotProlongIt) {
  Breaker breaker = opened(0ms);
  const Duration wait = breaker.wait(0ms);
  for (int i = 0; i < 20; ++i) breaker.failed("HTTP 503", 1ms);
  EXPECT_EQ(breaker.wait(0ms), wait);
}

}  // namespace
}  // namespace reeld::engine
