#include "common/util/sliding_window.hpp"

#include <gtest/gtest.h>

#include "common/util/random.hpp"

namespace reeld {
namespace {

using namespace std::chrono_literals;

TEST(SlidingWindowTest, LetsTheLimitThroughAtOnce) {
  SlidingWindow window(3, 60s);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(window.wait(10s), 0s);
    window.record(10s);
  }
  EXPECT_EQ(window.wait(10s), 60s);
  EXPECT_EQ(window.wait(69s), 1s);
  EXPECT_EQ(window.wait(70s), 0s);
}

TEST(SlidingWindowTest, ZeroMeansNoLimit) {
  SlidingWindow window(0, 60s);
  for (int i = 0; i < 1000; ++i) window.record(1s);
  EXPECT_EQ(window.wait(1s), 0s);
}

TEST(SlidingWindowTest, ALowerLimitCountsWhatWasLetThrough) {
  SlidingWindow window(3, 60s);
  window.record(1s);
  window.record(2s);
  window.record(3s);
  window.set_limit(1);
  EXPECT_EQ(window.wait(3s), 60s);
  window.set_limit(4);
  EXPECT_EQ(window.wait(3s), 0s);
}

TEST(SlidingWindowTest, NoWindowEverHoldsMoreThanTheLimit) {
  SlidingWindow window(5, 60s);
  SeededRandom random(3);
  std::vector<Duration> events;
  Duration now{0};
  for (int i = 0; i < 500; ++i) {
    now += Duration(static_cast<Duration::rep>(random.below(20'000)));
    now += window.wait(now);
    window.record(now);
    events.push_back(now);
  }
  for (std::size_t i = 5; i < events.size(); ++i) EXPECT_GE(events[i] - events[i - 5], 60s);
}

TEST(SlidingWindowTest, WhatIsTakenBackDoesNotCount) {
  SlidingWindow window(2, 60s);
  window.take_back(0s);
  window.record(1s);
  window.record(2s);
  EXPECT_EQ(window.room(3s, 9), 0);
  window.take_back(1s);
  EXPECT_EQ(window.room(3s, 9), 1);
  EXPECT_EQ(window.room(61s, 9), 1) << "the later one still counts";
  EXPECT_EQ(window.room(62s, 9), 2);
}

}  // namespace
}  // namespace reeld
