#include "daemon/hooks/event_name.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace reeld::hooks {
namespace {

using store::EventKind;
using store::EventLine;

EventLine line(EventKind kind) {
  EventLine made;
  made.kind = kind;
  return made;
}

EventLine moved(JobState from, JobState to) {
  EventLine made = line(EventKind::kTransition);
  made.from = from;
  made.to = to;
  return made;
}

TEST(EventNameTest, NamesTheEndsOfAJobAndWhatNeedsAPerson) {
  EXPECT_EQ(event_name(moved(JobState::kDownloading, JobState::kSucceeded)), "job.succeeded");
  EXPECT_EQ(event_name(moved(JobState::kGenerating, JobState::kFailed)), "job.failed");
  EXPECT_EQ(event_name(moved(JobState::kQueued, JobState::kCancelled)), "job.cancelled");
  EXPECT_EQ(event_name(moved(JobState::kUnknown, JobState::kParked)), "job.parked");
  EXPECT_EQ(event_name(moved(JobState::kSubmitting, JobState::kUnknown)), "job.unknown");
}

TEST(EventNameTest, NamesWhatHappensToBatchesAccountDiskAndQueue) {
  EXPECT_EQ(event_name(line(EventKind::kBatchFinished)), "batch.finished");
  EXPECT_EQ(event_name(line(EventKind::kBatchHeld)), "batch.held");
  EXPECT_EQ(event_name(line(EventKind::kAccountHeld)), "account.held");
  EXPECT_EQ(event_name(line(EventKind::kAccountResumed)), "account.resumed");
  EXPECT_EQ(event_name(line(EventKind::kDiskLow)), "disk.low");
  EXPECT_EQ(event_name(line(EventKind::kDiskOk)), "disk.ok");
  EXPECT_EQ(event_name(line(EventKind::kQueuePaused)), "queue.paused");
  EXPECT_EQ(event_name(line(EventKind::kQueueResumed)), "queue.resumed");
}

TEST(EventNameTest, HasNoNameForStepsOnTheWay) {
  for (const JobState to : {JobState::kScheduled, JobState::kQueued, JobState::kHeld, JobState::kSubmitting,
                            JobState::kGenerating, JobState::kDownloading}) {
    EXPECT_EQ(event_name(moved(JobState::kQueued, to)), std::nullopt) << to_string(to);
  }
  for (const EventKind kind : {EventKind::kNote, EventKind::kBatchAccepted, EventKind::kBatchReleased}) {
    EXPECT_EQ(event_name(line(kind)), std::nullopt) << static_cast<int>(kind);
  }
}

TEST(EventNameTest, IgnoresTheStateOfALineThatIsNoTransition) {
  EventLine remark = moved(JobState::kGenerating, JobState::kFailed);
  remark.kind = EventKind::kNote;
  EXPECT_EQ(event_name(remark), std::nullopt);
}

TEST(EventNameTest, ListsEachNameOnce) {
  const auto names = event_names();
  EXPECT_EQ(names.size(), 13U);
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
  EXPECT_NE(std::ranges::find(names, "job.unknown"), names.end());
  EXPECT_NE(std::ranges::find(names, "queue.resumed"), names.end());
}

}  // namespace
}  // namespace reeld::hooks
