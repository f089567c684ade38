#include "daemon/engine/poll_plan.hpp"

#include <gtest/gtest.h>

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

constexpr PollPolicy kPolicy{60s, 5s, 60s};

TEST(PollPlanTest, KnowsNoTypicalTimeBelowFiveSamples) {
  EXPECT_FALSE(typical_render_time({10s, 20s, 30s, 40s}));
  EXPECT_EQ(typical_render_time({50s, 10s, 30s, 20s, 40s}), Duration(20s));
}

TEST(PollPlanTest, TheFirstLookComesAtTheTypicalTimeOrAtTheConfiguredOne) {
  EXPECT_EQ(next_poll(kPolicy, std::nullopt, 0ms, 0, false, 0.5), 60s);
  EXPECT_EQ(next_poll(kPolicy, Duration(90s), 10s, 0, false, 0.5), 80s);
}

TEST(PollPlanTest, PausesGrowFromTheShortestToTheLongest) {
  Duration before = 0ms;
  for (int polls = 0; polls < 12; ++polls) {
    const Duration pause = next_poll(kPolicy, Duration(1s), 10s, polls, false, 0.5);
    EXPECT_GE(pause, before);
    EXPECT_GE(pause, 5s);
    EXPECT_LE(pause, 60s);
    before = pause;
  }
  EXPECT_EQ(before, 60s);
}

TEST(PollPlanTest, JitterSpreadsAQuarterToBothSides) {
  EXPECT_EQ(next_poll(kPolicy, std::nullopt, 2min, 40, false, 0.0), 45s);
  EXPECT_LE(next_poll(kPolicy, std::nullopt, 2min, 40, false, 0.999), 75s);
}

TEST(PollPlanTest, AnOverdueRenderIsLookedAtTenTimesMoreRarely) {
  EXPECT_EQ(next_poll(kPolicy, std::nullopt, 2h, 40, true, 0.5), 10min);
}

}  // namespace
}  // namespace reeld::engine
