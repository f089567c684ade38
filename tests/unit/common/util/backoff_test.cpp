#include "common/util/backoff.hpp"

#include <gtest/gtest.h>

namespace reeld {
namespace {

using namespace std::chrono_literals;

constexpr BackoffPolicy kPolicy{2s, 15min};
constexpr double kAlmostOne = 1.0 - 1e-12;

TEST(BackoffTest, DoublesItsCeilingWithEachAttempt) {
  EXPECT_EQ(backoff_delay(kPolicy, 1, 0.5), 1s);
  EXPECT_EQ(backoff_delay(kPolicy, 2, 0.5), 2s);
  EXPECT_EQ(backoff_delay(kPolicy, 3, 0.5), 4s);
}

TEST(BackoffTest, StaysBelowTheCapForAnyAttempt) {
  for (int attempt : {10, 41, 1000, 2147483647}) {
    EXPECT_LE(backoff_delay(kPolicy, attempt, kAlmostOne), 15min) << attempt;
    EXPECT_GE(backoff_delay(kPolicy, attempt, kAlmostOne), 15min - 1ms) << attempt;
  }
}

TEST(BackoffTest, IsZeroWithoutJitter) {
  EXPECT_EQ(backoff_delay(kPolicy, 5, 0.0), 0s);
}

TEST(BackoffTest, TreatsAttemptZeroAsTheFirst) {
  EXPECT_EQ(backoff_delay(kPolicy, 0, 0.5), 1s);
}

}  // namespace
}  // namespace reeld
