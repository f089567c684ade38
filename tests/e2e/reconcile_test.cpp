#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

using namespace std::chrono_literals;

class ReconcileTest : public testing::Test {
 protected:
  /// Waits until every job has ended, or is parked.
  static bool decided(Daemon& daemon, int jobs, int seconds = 60) {
    return eventually(
        [&] {
          return daemon.count(JobState::kSucceeded) + daemon.count(JobState::kFailed) +
                     daemon.count(JobState::kCancelled) + daemon.count(JobState::kParked) ==
                 jobs;
        },
        seconds);
  }

  static void drop_shots(Daemon& daemon, int jobs) {
    std::string lines;
    for (int i = 0; i < jobs; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
    daemon.drop("shots.jsonl", lines);
  }

  /// Each prompt was paid for this often, and each success shows its own generation.
  static void expect_paid(Daemon& daemon, int each) {
    std::map<std::string, int> paid;
    std::map<std::string, std::string> prompts;
    for (const auto& entry : daemon.cloud().ledger()) {
      ++paid[entry.prompt];
      prompts[entry.id] = entry.prompt;
    }
    for (const auto& [prompt, times] : paid) EXPECT_EQ(times, each) << prompt;
    for (const Json& job : daemon.jobs()) {
      if (job.at("state") != "succeeded") continue;
      const Json shown =
          Json::parse(daemon.reeld({"show", "--json", job.at("id").get<std::string>()}).output);
      EXPECT_EQ(prompts[job.at("generation_id").get<std::string>()],
                shown.at("spec").at("prompt").get<std::string>())
          << shown;
    }
  }
};

TEST_F(ReconcileTest, LostAnswersAreFoundInTheAccountsList) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.list_delay = 700ms;
  Daemon daemon(cloud);
  daemon.set("reconcile.settle_time", "3s");
  daemon.cloud().add_faults(
      R"([{"on": "submit", "do": "drop_after"}, {"on": "submit", "do": "status_after", "code": 502},
      {"on": "submit", "do": "no_id"}, {"on": "submit", "do": "garbage"}, {"on": "submit", "do": "drop_mid_answer"}])");
  daemon.start();
  drop_shots(daemon, 8);
  ASSERT_TRUE(decided(daemon, 8)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 8);
  EXPECT_EQ(daemon.cloud().ledger().size(), 8U);
  expect_paid(daemon, 1);
}

TEST_F(ReconcileTest, WhatNeverArrivedIsParkedByDefaultAndSentAgainOnAWord) {
  Daemon daemon;
  daemon.set("reconcile.settle_time", "1s");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_before"}])");
  daemon.start();
  drop_shots(daemon, 2);
  ASSERT_TRUE(decided(daemon, 2)) << read_file(daemon.log_file());
  ASSERT_EQ(daemon.count(JobState::kParked), 1);
  std::string parked;
  for (const Json& job : daemon.jobs()) {
    if (job.at("state") == "parked") parked = job.at("id").get<std::string>();
  }
  const Finished resolved = daemon.reeld({"resolve", parked, "--resend"});
  EXPECT_EQ(resolved.exit_code, 0) << resolved.output;
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 2; }));
  expect_paid(daemon, 1);
}

TEST_F(ReconcileTest, TheJobsOwnWishBeatsTheConfiguration) {
  Daemon daemon;
  daemon.set("reconcile.settle_time", "1s");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_before", "match": "again"}])");
  daemon.start();
  Json job = guide_job("again");
  job["reeld"] = {{"if_absent", "resend"}};
  daemon.drop("again.json", job.dump());
  drop_shots(daemon, 1);
  ASSERT_TRUE(decided(daemon, 2)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 2);
  expect_paid(daemon, 1);
}

TEST_F(ReconcileTest, TwinsWithTheSameSeedEndWithAGenerationEach) {
  Daemon daemon;
  daemon.set("reconcile.settle_time", "1s");
  daemon.set("reconcile.if_absent", "resend");
  daemon.cloud().add_faults(
      R"([{"on": "submit", "do": "drop_after"}, {"on": "submit", "do": "drop_before", "after": 1}])");
  daemon.start();
  Json job = guide_job("twin");
  job["parameters"]["seed"] = 42;
  std::string lines;
  for (int i = 0; i < 4; ++i) lines += job.dump() + "\n";
  daemon.drop("twins.jsonl", lines);
  ASSERT_TRUE(decided(daemon, 4)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 4);
  EXPECT_EQ(daemon.cloud().ledger().size(), 4U);
  std::map<std::string, int> owners;
  for (const Json& each : daemon.jobs()) EXPECT_EQ(++owners[each.at("generation_id").get<std::string>()], 1);
}

TEST_F(ReconcileTest, WithoutSeedsInTheListALoneCandidateIsAdopted) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.echo_seed = false;
  Daemon daemon(cloud);
  daemon.set("reconcile.settle_time", "1s");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_after", "times": 3}])");
  daemon.start();
  drop_shots(daemon, 3);
  ASSERT_TRUE(decided(daemon, 3)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 3);
  expect_paid(daemon, 1);
}

TEST_F(ReconcileTest, WhatCannotBeToldApartIsParkedWithItsCandidates) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.echo_seed = false;
  Daemon daemon(cloud);
  daemon.set("reconcile.settle_time", "1s");
  daemon.set("reconcile.if_absent", "resend");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_after", "times": 2}])");
  daemon.start();
  // Rewritten prompts and no seeds: nothing in the list says which is whose.
  std::string lines;
  for (const char* prompt : {"rain", "snow"}) {
    Json job = guide_job(prompt);
    job["parameters"]["prompt_enhance"] = "ON";
    lines += job.dump() + "\n";
  }
  daemon.drop("weather.jsonl", lines);
  ASSERT_TRUE(decided(daemon, 2)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kParked), 2);
  EXPECT_EQ(daemon.cloud().ledger().size(), 2U) << "what may have been accepted is never sent again";
  const std::string id = daemon.cloud().ledger().front().id;
  EXPECT_NE(daemon.reeld({"list", "--state", "parked", "--json"}).output.find(id), std::string::npos);
}

TEST_F(ReconcileTest, ACrashBetweenSendingAndHearingIsResolvedByTheNextStart) {
  Daemon daemon;
  daemon.set("reconcile.settle_time", "1s");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "hang_after", "times": 4}])");
  daemon.start();
  drop_shots(daemon, 4);
  ASSERT_TRUE(eventually([&] { return daemon.cloud().ledger().size() == 4; }));
  daemon.kill();
  daemon.start();
  ASSERT_TRUE(decided(daemon, 4)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 4);
  expect_paid(daemon, 1);
}

TEST_F(ReconcileTest, ACancelledJobLearnsWhatItWasPaidFor) {
  Daemon daemon;
  daemon.set("reconcile.settle_time", "1m");
  daemon.cloud().add_faults(R"([{"on": "list", "do": "status", "code": 503, "times": 2},
      {"on": "submit", "do": "drop_after"}])");
  daemon.start();
  drop_shots(daemon, 1);
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kUnknown) == 1; }));
  EXPECT_EQ(daemon.reeld({"cancel", "ALL"}).exit_code, 0);
  ASSERT_TRUE(eventually([&] {
    const auto jobs = daemon.jobs();
    return jobs.size() == 1 && jobs[0].at("state") == "cancelled" && jobs[0].at("generation_id").is_string();
  })) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.reeld({"retry", "ALL"}).exit_code, 0);
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 1; }));
  EXPECT_EQ(daemon.cloud().ledger().size(), 1U);
}

TEST_F(ReconcileTest, AListThatShowsNothingNewerProvesNoAbsence) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.list_delay = 3s;
  Daemon daemon(cloud);
  daemon.set("reconcile.settle_time", "1s");
  daemon.set("reconcile.if_absent", "resend");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_after"}])");
  daemon.start();
  drop_shots(daemon, 1);
  ASSERT_TRUE(decided(daemon, 1)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.cloud().ledger().size(), 1U) << "the list was slower than the settle time";
}

TEST_F(ReconcileTest, AListThatCannotBeReadProvesNothing) {
  Daemon daemon;
  daemon.set("reconcile.settle_time", "200ms");
  daemon.set("reconcile.if_absent", "resend");
  daemon.cloud().add_faults(
      R"([{"on": "submit", "do": "drop_after"}, {"on": "list", "do": "status", "code": 503, "times": 1},
      {"on": "list", "do": "garbage", "times": 1}])");
  daemon.start();
  drop_shots(daemon, 1);
  ASSERT_TRUE(decided(daemon, 1)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
  EXPECT_EQ(daemon.cloud().ledger().size(), 1U);
}

TEST_F(ReconcileTest, ASubmitIsLookedForOnlyUnderItsOwnAccount) {
  sim::Options cloud = Daemon::fast_cloud();
  // Below the ephemeral ports, and not one that another test takes.
  cloud.port = static_cast<std::uint16_t>(10'000 + ::getpid() % 10'000);
  Daemon daemon(cloud);
  daemon.set("reconcile.settle_time", "100ms");
  daemon.set("reconcile.if_absent", "resend");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "hang_after"}])");
  daemon.start();
  drop_shots(daemon, 1);
  ASSERT_TRUE(eventually([&] { return daemon.cloud().ledger().size() == 1; }));
  daemon.kill();
  daemon.cloud().stop();
  {
    cloud.dir = daemon.cloud().ca_file().parent_path();
    cloud.user_id = "5e1f0000-0000-4000-8000-0000000000ff";
    sim::Simulator other(cloud);
    other.start();
    daemon.start();
    ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kUnknown) == 1; }));
    daemon.drop("other.json", guide_job("for the other account").dump());
    ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 1; }));
    EXPECT_EQ(other.request_count(sim::Endpoint::kList), 0U);
    EXPECT_EQ(daemon.count(JobState::kUnknown), 1);
    daemon.kill();
  }
  daemon.cloud().start();
  daemon.start();
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 2; }))
      << read_file(daemon.log_file());
  EXPECT_EQ(daemon.cloud().ledger().size(), 1U);
}

TEST_F(ReconcileTest, ARestoredQueueSendsNothingTwice) {
  Daemon daemon;
  daemon.set("reconcile.settle_time", "500ms");
  daemon.start();
  ASSERT_EQ(daemon.reeld({"pause"}).exit_code, 0);
  daemon.drop("sent-later.json", guide_job("sent after the backup").dump());
  Json patient = guide_job("not sent yet");
  patient["reeld"] = {{"not_before", "1h"}};
  daemon.drop("patient.json", patient.dump());
  ASSERT_TRUE(eventually([&] { return daemon.jobs().size() == 2; }));
  const auto copy = daemon.data() / "copy.db";
  const Finished backed_up = daemon.reeld({"backup", copy.string()});
  ASSERT_EQ(backed_up.exit_code, 0) << backed_up.output;
  ASSERT_EQ(daemon.reeld({"resume"}).exit_code, 0);
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 1; }));
  EXPECT_EQ(daemon.stop(), 0);

  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(daemon.data() / (std::string("queue.db") + suffix));
  std::filesystem::rename(copy, daemon.data() / "queue.db");
  daemon.start();
  ASSERT_EQ(daemon.reeld({"resume"}).exit_code, 0) << "the copy was made while the queue was paused";
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kHeld) == 1; })) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kScheduled), 1);
  const std::string id = daemon.cloud().ledger().front().id;
  for (const Json& job : daemon.jobs()) {
    if (job.at("state") != "held") continue;
    EXPECT_NE(daemon.reeld({"show", job.at("id").get<std::string>()}).output.find(id), std::string::npos);
  }
  daemon.drop("new.json", guide_job("new").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 1; }))
      << read_file(daemon.log_file());
  EXPECT_EQ(daemon.cloud().ledger().size(), 2U);
}

}  // namespace
}  // namespace reeld::test
