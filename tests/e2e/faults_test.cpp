#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Every generation was accepted once: no job has two, none belongs to no job.
void expect_paid_once(Daemon& daemon, std::size_t most) {
  const auto ledger = daemon.cloud().ledger();
  EXPECT_LE(ledger.size(), most);
  std::set<std::string> prompts;
  for (const auto& entry : ledger)
    EXPECT_TRUE(prompts.insert(entry.prompt).second) << "paid twice: " << entry.prompt;
}

TEST(FaultsTest, WhatWasNeverSentIsSentLater) {
  sim::Options cloud = Daemon::fast_cloud();
  // Below the ephemeral ports: an attempt to connect to a closed one of those may connect to itself and keep
  // it.
  cloud.port = static_cast<std::uint16_t>(20'000 + ::getpid() % 10'000);
  Daemon daemon(cloud);
  daemon.start();
  daemon.cloud().stop();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon.jobs().size() == 1; }));
  daemon.cloud().start();
  ASSERT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
  expect_paid_once(daemon, 1);
}

TEST(FaultsTest, RefusalsForNowCostNoJobItsPlace) {
  Daemon daemon;
  daemon.cloud().add_faults(
      R"([{"on": "submit", "do": "status", "code": 429, "retry_after": 1, "times": 3, "body": "{}"},
    {"on": "status", "do": "html", "code": 503, "times": 5}, {"on": "status", "do": "null_generation", "times": 2},
    {"on": "status", "do": "drop_mid_answer", "times": 2}])");
  daemon.start();
  std::string lines;
  for (int i = 0; i < 5; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
  daemon.drop("shots.jsonl", lines);
  ASSERT_TRUE(daemon.settled(5)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 5);
  expect_paid_once(daemon, 5);
}

TEST(FaultsTest, RefusalsForGoodFailWithTheServicesOwnWords) {
  Daemon daemon;
  daemon.start();
  daemon.drop("bad.json", guide_job("something forbidden").dump());
  ASSERT_TRUE(daemon.settled(1));
  const Json job = daemon.jobs().front();
  EXPECT_EQ(job.at("state"), "failed");
  EXPECT_NE(job.at("error").get<std::string>().find("content moderation filter"), std::string::npos) << job;
  ASSERT_TRUE(eventually([&] { return !daemon.accepted_file("bad.json.done.json").empty(); }));
  const Json done = Json::parse(read_file(daemon.accepted_file("bad.json.done.json")));
  EXPECT_EQ(done.at("counts").at("failed"), 1);
  EXPECT_TRUE(daemon.cloud().ledger().empty());
}

TEST(FaultsTest, AFailedRenderIsTriedOnceMoreAndAModeratedOneIsNot) {
  Daemon daemon;
  daemon.start();
  daemon.drop("fails.json", guide_job("render-fails").dump());
  daemon.drop("moderated.json", guide_job("late-moderation").dump());
  ASSERT_TRUE(daemon.settled(2)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kFailed), 2);
  int failing = 0;
  int moderated = 0;
  for (const auto& entry : daemon.cloud().ledger()) {
    failing += entry.prompt == "render-fails" ? 1 : 0;
    moderated += entry.prompt == "late-moderation" ? 1 : 0;
  }
  EXPECT_EQ(failing, 2);
  EXPECT_EQ(moderated, 1);
}

TEST(FaultsTest, BrokenDownloadsAreRepeatedUntilTheFilmIsWhole) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.video_bytes = 3U << 20;
  Daemon daemon(cloud);
  daemon.cloud().add_faults(
      R"([{"on": "download", "do": "truncate"}, {"on": "download", "do": "wrong_content"},
    {"on": "download", "do": "wrong_length"}, {"on": "download", "do": "expired_url"}, {"on": "download", "do": "no_range"},
    {"on": "download", "do": "status", "code": 500}, {"on": "poster", "do": "status", "code": 404}])");
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
  const auto ledger = daemon.cloud().ledger();
  ASSERT_EQ(ledger.size(), 1U);
  int films = 0;
  for (const fs::path& file : files_below(daemon.results())) {
    if (file.extension() != ".mp4") continue;
    EXPECT_EQ(sha256_of(read_file(file)), daemon.cloud().film_sha256(ledger[0].id, 0));
    ++films;
  }
  EXPECT_EQ(films, 1);
  EXPECT_TRUE(daemon.cloud().violations().empty());
}

TEST(FaultsTest, AWrongKeyHoldsSubmitsAndStillTakesFilesIn) {
  Daemon daemon;
  daemon.cloud().add_faults(R"([{"on": "me", "do": "unauthorized", "times": 2}])");
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon.jobs().size() == 1; }));
  EXPECT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
}

TEST(FaultsTest, SigtermEndsInTimeAndTheNextStartGoesOn) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.render_time = 3s;
  Daemon daemon(cloud);
  daemon.start();
  std::string lines;
  for (int i = 0; i < 15; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
  daemon.drop("shots.jsonl", lines);
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kGenerating) > 3; }));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.count(JobState::kUnknown), 0);
  daemon.start();
  ASSERT_TRUE(daemon.settled(15)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 15);
  expect_paid_once(daemon, 15);
}

TEST(FaultsTest, TheSubmitsOfAMinuteAreCountedOverARestart) {
  Daemon daemon;
  daemon.set("limits.submits_per_minute", "3");
  daemon.start();
  std::string lines;
  for (int i = 0; i < 6; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
  daemon.drop("shots.jsonl", lines);
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 3; }));
  daemon.kill();
  daemon.start();
  const auto says_why = [&] {
    return daemon.reeld({"show", daemon.jobs().front().at("id").get<std::string>()})
               .output.find("rate limit") != std::string::npos;
  };
  ASSERT_TRUE(eventually(says_why)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.cloud().request_count(sim::Endpoint::kSubmit), 3U);
}

TEST(FaultsTest, ASecondDaemonOnTheQueueIsRefusedAndNamesTheFirst) {
  Daemon daemon;
  daemon.start();
  const Finished second = daemon.reeld({"serve"});
  EXPECT_EQ(second.exit_code, 75);
  EXPECT_NE(second.output.find(std::to_string(daemon.process().pid())), std::string::npos) << second.output;
}

}  // namespace
}  // namespace reeld::test
