#include <gtest/gtest.h>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

/// A daemon whose queue is paused, with so many jobs in the batch "shots".
void fill(Daemon& daemon, int count) {
  daemon.start();
  ASSERT_EQ(daemon.reeld({"pause", "for the test"}).exit_code, 0);
  std::string lines;
  for (int i = 0; i < count; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
  ASSERT_EQ(daemon.reeld({"submit", "-", "--batch", "shots"}, lines).exit_code, 0);
  ASSERT_EQ(daemon.count(JobState::kQueued), count);
}

std::string id_of(const Daemon& daemon, std::size_t index) {
  return daemon.jobs().at(index).at("id");
}

TEST(ControlActTest, ADryRunChangesNothing) {
  Daemon daemon;
  fill(daemon, 3);
  const Finished told = daemon.reeld({"cancel", "--batch", "shots", "--dry-run"});
  EXPECT_EQ(told.exit_code, 0) << told.output;
  EXPECT_NE(told.output.find("3 jobs would be cancelled"), std::string::npos) << told.output;
  EXPECT_EQ(daemon.count(JobState::kQueued), 3);
}

TEST(ControlActTest, HoldsAndReleasesByAPartOfTheId) {
  Daemon daemon;
  fill(daemon, 2);
  const std::string id = id_of(daemon, 0);
  EXPECT_EQ(daemon.reeld({"hold", id.substr(id.size() - 12)}).exit_code, 0);
  EXPECT_EQ(daemon.count(JobState::kHeld), 1);
  const Finished shown = daemon.reeld({"show", id});
  EXPECT_NE(shown.output.find("\nwaits"), std::string::npos) << shown.output;
  EXPECT_EQ(daemon.reeld({"release", "--state", "held"}).exit_code, 0);
  EXPECT_EQ(daemon.count(JobState::kHeld), 0);
  EXPECT_EQ(daemon.reeld({"hold", "--batch", "shots"}).exit_code, 0);
  EXPECT_EQ(daemon.count(JobState::kHeld), 2);
  EXPECT_EQ(daemon.reeld({"release", "--batch", "shots"}).exit_code, 0);
  EXPECT_EQ(daemon.count(JobState::kQueued), 2);
}

TEST(ControlActTest, CancelsWhatAListPrintsAndRetriesAll) {
  Daemon daemon;
  fill(daemon, 3);
  const std::string list = daemon.reeld({"list", "--json", "--limit", "2"}).output;
  const Finished cancelled = daemon.reeld({"cancel", "-"}, list);
  EXPECT_EQ(cancelled.exit_code, 0) << cancelled.output;
  EXPECT_EQ(daemon.count(JobState::kCancelled), 2);
  EXPECT_EQ(daemon.reeld({"retry", "ALL"}).exit_code, 0);
  EXPECT_EQ(daemon.count(JobState::kCancelled), 0);
  EXPECT_EQ(daemon.reeld({"resume"}).exit_code, 0);
  ASSERT_TRUE(daemon.settled(3));
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 3);
}

TEST(ControlActTest, TellsEachRefusalWithItsReason) {
  Daemon daemon;
  fill(daemon, 1);
  EXPECT_EQ(daemon.reeld({"resume"}).exit_code, 0);
  ASSERT_TRUE(daemon.settled(1));
  const std::string id = id_of(daemon, 0);
  const Finished refused = daemon.reeld({"cancel", id});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_NE(refused.output.find("refused: "), std::string::npos) << refused.output;
  const Json told = Json::parse(daemon.reeld({"cancel", "--json", id}).output);
  EXPECT_EQ(told.at("refused"), 1);
  EXPECT_EQ(told.at("outcomes").at(0).at("id"), id);
}

TEST(ControlActTest, ActingOnEverythingNeedsTheWord) {
  Daemon daemon;
  fill(daemon, 1);
  const Finished refused = daemon.reeld({"cancel"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.output.find("ALL"), std::string::npos) << refused.output;
  EXPECT_EQ(daemon.reeld({"cancel", "ALL", "--batch", "shots"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"cancel", id_of(daemon, 0), "--batch", "shots"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"cancel", "--batch", "nobody's"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"cancel", "--state", "sleeping"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"cancel", "not-an-id"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"cancel", "-"}, "No jobs.\n").exit_code, 2);
  EXPECT_EQ(daemon.count(JobState::kQueued), 1);
}

TEST(ControlActTest, APauseSurvivesARestart) {
  Daemon daemon;
  fill(daemon, 1);
  EXPECT_EQ(daemon.stop(), 0);
  daemon.start();
  const Finished stats = daemon.reeld({"stats"});
  EXPECT_NE(stats.output.find("for the test"), std::string::npos) << stats.output;
  EXPECT_EQ(daemon.count(JobState::kQueued), 1);
  const Json queue = Json::parse(daemon.reeld({"resume", "--json"}).output);
  EXPECT_TRUE(queue.at("paused").is_null());
  EXPECT_TRUE(daemon.settled(1));
}

TEST(ControlActTest, ResolvesASubmitWhoseOutcomeNobodyKnows) {
  Daemon daemon;
  // The account's list cannot be read, so nobody but a person can tell.
  daemon.cloud().add_faults(
      R"([{"on": "submit", "do": "drop_after"}, {"on": "list", "do": "status", "code": 503, "times": 0}])");
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kUnknown) == 1; }));
  const std::string id = id_of(daemon, 0);
  EXPECT_EQ(daemon.reeld({"resolve", id}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"resolve", id, "--resend", "--fail"}).exit_code, 2);
  const Finished failed = daemon.reeld({"resolve", id, "--fail"});
  EXPECT_EQ(failed.exit_code, 0) << failed.output;
  EXPECT_EQ(daemon.count(JobState::kFailed), 1);
  const Finished given_up = daemon.reeld({"resolve", id, "--fail"});
  EXPECT_EQ(given_up.exit_code, 0) << "its submit is looked for no more: " << given_up.output;
  const Finished again = daemon.reeld({"resolve", id, "--fail"});
  EXPECT_EQ(again.exit_code, 1) << again.output;
}

}  // namespace
}  // namespace reeld::test
