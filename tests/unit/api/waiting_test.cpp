#include "daemon/api/waiting.hpp"

#include <gtest/gtest.h>

namespace reeld::api {
namespace {

using engine::Situation;
using store::JobLine;

const Time kNow = parse_time("2026-12-01T02:00:00Z").value();

JobLine job_in(JobState state) {
  JobLine job;
  job.state = state;
  return job;
}

std::string why(JobState state, const Situation& situation = {}, const std::string& hold = "") {
  return why_waiting(job_in(state), hold, situation, kNow);
}

TEST(WaitingTest, AScheduledJobSaysWhenItIsDue) {
  JobLine job = job_in(JobState::kScheduled);
  job.due_at = kNow + std::chrono::hours(2);
  EXPECT_EQ(why_waiting(job, "", {}, kNow), "not due until 2026-12-01T04:00:00.000Z (in 2 h 0 min)");
  job.error = "the service is overloaded";
  EXPECT_EQ(why_waiting(job, "", {}, kNow),
            "not due until 2026-12-01T04:00:00.000Z (in 2 h 0 min), after: the service is overloaded");
  job.due_at = kNow - Duration(1);
  EXPECT_EQ(why_waiting(job, "", {}, kNow), "it is due: the queue takes it up now");
}

TEST(WaitingTest, WhoWaitsForAnotherJobsSubmitNamesNoTime) {
  JobLine job = job_in(JobState::kScheduled);
  job.due_at = kNow + std::chrono::hours(2);
  job.error = "waits until it is known what became of it";
  for (const char* error_class : {"twin", "price"}) {
    job.error_class = error_class;
    EXPECT_EQ(why_waiting(job, "", {}, kNow), job.error);
  }
}

TEST(WaitingTest, AHeldJobNamesTheReason) {
  EXPECT_EQ(why(JobState::kHeld, {}, "5 jobs were moderated"),
            "held: 5 jobs were moderated; `reeld release` lets it go on");
  EXPECT_EQ(why(JobState::kHeld), "held; `reeld release` lets it go on");
}

TEST(WaitingTest, AQueuedJobWaitsForItsTurnWhenNothingStandsInTheWay) {
  EXPECT_EQ(why(JobState::kQueued), "waits for its turn");
}

TEST(WaitingTest, APausedQueueSaysByWhomAndSinceWhen) {
  Situation situation;
  situation.pause = store::Pause{"maintenance", "ann", kNow};
  EXPECT_EQ(why(JobState::kQueued, situation),
            "the queue is paused since 2026-12-01T02:00:00.000Z by ann: maintenance");
  situation.pause = store::Pause{"", "", kNow};
  EXPECT_EQ(why(JobState::kQueued, situation), "the queue is paused since 2026-12-01T02:00:00.000Z");
}

TEST(WaitingTest, AHeldAccountSaysWhenItIsAskedAgain) {
  Situation situation;
  situation.account_hold = "the balance is used up";
  situation.probe_in = Duration(30'000);
  EXPECT_EQ(why(JobState::kQueued, situation),
            "submits are held: the balance is used up (asked again in " + humanize(Duration(30'000)) + ")");
}

TEST(WaitingTest, ADiskThatGetsFullHoldsSubmitsBeforeDownloads) {
  Situation situation;
  situation.disk_low = "the disk has only 100 MiB left";
  EXPECT_EQ(why(JobState::kQueued, situation), "the disk has only 100 MiB left");
  EXPECT_EQ(why(JobState::kDownloading, situation), "");
  situation.downloads_paused = situation.disk_low;
  EXPECT_EQ(why(JobState::kDownloading, situation), "the disk has only 100 MiB left");
}

TEST(WaitingTest, PausedDownloadsDoNotHoldSubmits) {
  Situation situation;
  situation.downloads_paused = "the films' server keeps failing (HTTP 503); one download tries it now";
  EXPECT_EQ(why(JobState::kDownloading, situation), situation.downloads_paused);
  EXPECT_EQ(why(JobState::kQueued, situation), "waits for its turn");
}

TEST(WaitingTest, AFullWindowAndTheRateLimitAreTold) {
  Situation situation;
  situation.in_flight = 10;
  situation.window = 10;
  EXPECT_EQ(why(JobState::kQueued, situation), "10 of 10 renders are in flight");
  situation.in_flight = 9;
  situation.submit_wait = Duration(12'000);
  EXPECT_EQ(why(JobState::kQueued, situation),
            "the rate limit lets the next submit through in " + humanize(Duration(12'000)));
}

TEST(WaitingTest, WhatAPersonDidComesBeforeWhatTheLimitsDo) {
  Situation situation;
  situation.in_flight = situation.window = 1;
  situation.account_hold = "no key";
  situation.pause = store::Pause{"lunch", "", kNow};
  EXPECT_NE(why(JobState::kQueued, situation).find("lunch"), std::string::npos);
  situation.pause.reset();
  EXPECT_NE(why(JobState::kQueued, situation).find("no key"), std::string::npos);
  situation.stopping = true;
  EXPECT_EQ(why(JobState::kQueued, situation), "the daemon is stopping");
}

TEST(WaitingTest, OnlyALateRenderWaits) {
  EXPECT_EQ(why(JobState::kGenerating), "");
  JobLine job = job_in(JobState::kGenerating);
  job.overdue = true;
  EXPECT_EQ(why_waiting(job, "", {}, kNow), "it renders for longer than expected; it is still asked for");
}

TEST(WaitingTest, MoreDownloadsThanSlotsWaitForOne) {
  Situation situation;
  situation.downloads = 4;
  situation.max_downloads = 4;
  EXPECT_EQ(why(JobState::kDownloading, situation), "");
  situation.downloads = 6;
  EXPECT_EQ(why(JobState::kDownloading, situation),
            "6 films are on their way or wait for one of 4 downloads");
}

TEST(WaitingTest, AnUnknownOutcomeNeedsAPerson) {
  EXPECT_NE(why(JobState::kUnknown).find("reeld resolve"), std::string::npos);
  EXPECT_NE(why(JobState::kParked).find("reeld resolve"), std::string::npos);
}

TEST(WaitingTest, WhatHasEndedWaitsForNothing) {
  for (const JobState state : {JobState::kSucceeded, JobState::kFailed, JobState::kCancelled}) {
    EXPECT_EQ(why(state), "") << to_string(state);
  }
}

}  // namespace
}  // namespace reeld::api
