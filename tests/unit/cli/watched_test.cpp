#include "daemon/cli/watched.hpp"

#include <gtest/gtest.h>

#include "daemon/app/exit_codes.hpp"

namespace reeld::cli {
namespace {

TEST(WatchedTest, TheExitCodeSaysWhatBecameOfTheJobs) {
  EXPECT_EQ(exit_code_of({{"succeeded", 3}}), app::kExitDone);
  EXPECT_EQ(exit_code_of({{"succeeded", 3}, {"failed", 1}}), app::kExitSomeFailed);
  EXPECT_EQ(exit_code_of({{"cancelled", 1}}), app::kExitSomeFailed);
  for (const char* waiting : {"held", "unknown", "parked"}) {
    EXPECT_EQ(exit_code_of({{"failed", 1}, {waiting, 1}}), app::kExitTryLater) << waiting;
  }
}

TEST(WatchedTest, WhatWaitsForAPersonOrIsFinalRests) {
  int resting = 0;
  for (JobState state : kAllJobStates) resting += rests(state) ? 1 : 0;
  EXPECT_EQ(resting, 6);
  EXPECT_TRUE(rests(JobState::kParked));
  EXPECT_FALSE(rests(JobState::kScheduled));
  EXPECT_FALSE(rests(JobState::kGenerating));
}

}  // namespace
}  // namespace reeld::cli
