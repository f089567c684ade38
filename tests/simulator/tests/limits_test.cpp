#include "tests/simulator/limits.hpp"

#include <gtest/gtest.h>

namespace reeld::sim {
namespace {

constexpr Time at(int ms) {
  return Time{Duration{ms}};
}

TEST(SlidingWindow, AdmitsItsLimitInAnySixtySeconds) {
  SlidingWindow window(2);
  window.count(at(0));
  window.count(at(30'000));
  EXPECT_FALSE(window.has_room(at(59'999)));
  EXPECT_TRUE(window.has_room(at(60'000)));
  window.count(at(60'000));
  EXPECT_FALSE(window.has_room(at(89'999)));
  EXPECT_TRUE(window.has_room(at(90'000)));
}

TEST(SlidingWindow, ZeroMeansNoLimit) {
  SlidingWindow window(0);
  for (int i = 0; i < 10'000; ++i) window.count(at(0));
  EXPECT_TRUE(window.has_room(at(0)));
}

TEST(SlidingWindow, ForgetsOnReset) {
  SlidingWindow window(1);
  window.count(at(0));
  window.reset();
  EXPECT_TRUE(window.has_room(at(0)));
}

}  // namespace
}  // namespace reeld::sim
