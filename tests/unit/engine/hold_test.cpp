#include "daemon/engine/hold.hpp"

#include <gtest/gtest.h>

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

TEST(HoldTest, StandsWithItsReasonUntilLifted) {
  Hold hold;
  EXPECT_FALSE(hold.stands());
  hold.put("no balance", 0ms);
  EXPECT_TRUE(hold.stands());
  EXPECT_EQ(hold.reason(), "no balance");
  hold.lift();
  EXPECT_FALSE(hold.stands());
}

TEST(HoldTest, ProbesEverMoreRarelyUpToTenMinutes) {
  Hold hold;
  Duration now = 0ms;
  Duration before = 0ms;
  for (int i = 0; i < 15; ++i) {
    hold.put("down", now);
    const Duration wait = hold.wait(now);
    EXPECT_GE(wait, before);
    EXPECT_LE(wait, 10min);
    before = wait;
    now += wait;
  }
  EXPECT_EQ(before, 10min);
}

TEST(HoldTest, SeveralJobsThatMeetTheSameTroubleAreOneHold) {
  Hold hold;
  for (int i = 0; i < 10; ++i) hold.put("down", 0ms);
  EXPECT_EQ(hold.wait(0ms), 2s);
}

TEST(HoldTest, ALiftedHoldThatComesBackWaitsLongerUnlessASubmitWasAccepted) {
  Hold hold;
  hold.put("no balance", 0ms);
  hold.lift();
  hold.put("no balance", 10s);
  EXPECT_EQ(hold.wait(10s), 4s);
  hold.lift();
  hold.confirm();
  hold.put("no balance", 20s);
  EXPECT_EQ(hold.wait(20s), 2s);
}

}  // namespace
}  // namespace reeld::engine
