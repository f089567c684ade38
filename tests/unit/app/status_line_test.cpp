#include "daemon/app/status_line.hpp"

#include <gtest/gtest.h>

namespace reeld::app {
namespace {

TEST(StatusLineTest, CountsTheStatesThatHaveJobs) {
  store::StateCounts counts;
  EXPECT_EQ(status_line(counts, {}), "no jobs");
  counts[JobState::kQueued] = 3;
  counts[JobState::kGenerating] = 2;
  counts[JobState::kFailed] = 0;
  EXPECT_EQ(status_line(counts, {}), "3 queued, 2 generating");
}

TEST(StatusLineTest, SaysWhyNothingIsSubmitted) {
  store::StateCounts counts;
  engine::Situation situation;
  situation.pause = store::Pause{};
  EXPECT_EQ(status_line(counts, situation), "no jobs; paused");
  situation.pause->reason = "lunch";
  EXPECT_EQ(status_line(counts, situation), "no jobs; paused: lunch");
  situation.account_hold = "there is no API key";
  EXPECT_EQ(status_line(counts, situation), "no jobs; submits are held: there is no API key");
  situation.disk_low = "the disk is nearly full";
  EXPECT_EQ(status_line(counts, situation), "no jobs; the disk is nearly full");
}

}  // namespace
}  // namespace reeld::app
