#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/ledger_check.hpp"

namespace reeld::test {
namespace {

using namespace std::chrono_literals;

/// So many jobs, one a line; each costs 0.48 dollars.
std::string shots(int count, const std::string& prompt = "shot") {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += guide_job(prompt + " " + std::to_string(i)).dump() + "\n";
  return lines;
}

Json stats(const Daemon& daemon) {
  return Json::parse(daemon.reeld({"stats", "--json"}).output);
}

/// So many jobs whose price is stated, unlike that of the others.
std::string priced_shots(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    Json job = guide_job("priced " + std::to_string(i));
    job["parameters"].update({{"mode", "RESOLUTION_2160"}, {"width", 3840}, {"height", 2160}});
    lines += job.dump() + "\n";
  }
  return lines;
}

/// Writes a file that states their price, and lets the daemon read it.
void state_prices(Daemon& daemon, const TempDir& dir) {
  drop_file(dir.path() / "models.toml",
            "[models.\"ltxv-2.0-pro\"]\nprice_per_second = { 2160 = \"0.24\" }\n");
  daemon.set("leonardo.models_file", dir.path() / "models.toml");
}

/// How often the job left the queue for later.
std::int64_t times_scheduled(const Daemon& daemon, const Json& job) {
  const std::string shown = daemon.reeld({"show", "--json", job.at("id")}).output;
  return std::ranges::count_if(Json::parse(shown).at("events"),
                               [](const Json& event) { return event.at("to") == "scheduled"; });
}

/// Waits until nothing is on its way and the rest of the jobs is held.
bool rests(const Daemon& daemon, int succeeded, int held) {
  return eventually([&] {
    const Json counts = stats(daemon).at("counts");
    return counts.at("succeeded") == succeeded && counts.at("held") == held;
  });
}

TEST(BudgetTest, ABatchStopsAtItsCapAndGoesOnWhenItIsReleased) {
  Daemon daemon;
  daemon.set("budget.per_batch", "9.60");
  daemon.start();
  daemon.drop("shots.jsonl", shots(50));
  ASSERT_TRUE(rests(daemon, 20, 30)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.cloud().ledger().size(), 20U) << "20 x 0.48 = 9.60";
  const std::string batches = daemon.reeld({"batches", "--json"}).output;
  EXPECT_NE(batches.find("9.60 spent and 0.00 reserved of 9.60 dollars"), std::string::npos) << batches;
  const Json held = daemon.jobs().front();
  const Finished shown = daemon.reeld({"show", held.at("id")});
  EXPECT_NE(shown.output.find("the batch's budget is used up"), std::string::npos) << shown.output;
  EXPECT_EQ(daemon.reeld({"release", "--batch", "shots"}).exit_code, 0);
  ASSERT_TRUE(rests(daemon, 40, 10)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.reeld({"release", "--batch", "shots"}).exit_code, 0);
  ASSERT_TRUE(rests(daemon, 50, 0)) << read_file(daemon.log_file());
  expect_ledger_agrees(daemon);
}

TEST(BudgetTest, TheCapOfADayHoldsEachBatchThatMeetsIt) {
  Daemon daemon;
  daemon.set("budget.per_day", "1.00");
  daemon.start();
  daemon.drop("a.jsonl", shots(3, "a"));
  ASSERT_TRUE(rests(daemon, 2, 1)) << read_file(daemon.log_file());
  daemon.drop("b.jsonl", shots(2, "b"));
  ASSERT_TRUE(rests(daemon, 2, 3)) << read_file(daemon.log_file());
  const Json budget = stats(daemon).at("budget");
  EXPECT_EQ(budget.at("spent"), (Json{{"DOLLARS", "0.96"}}));
  EXPECT_EQ(budget.at("per_day"), "1.00");
  EXPECT_TRUE(budget.at("per_batch").is_null());
  EXPECT_NE(daemon.reeld({"stats"}).output.find("1.00 dollars a day are allowed"), std::string::npos);
  expect_ledger_agrees(daemon);
}

TEST(BudgetTest, AnUnknownPriceIsLearnedByOneJobAlone) {
  Daemon daemon;
  daemon.set("budget.per_day", "100.00");
  // The first is accepted at once and hears of it late; nobody else may be sent meanwhile.
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "delay_after", "ms": 700}])");
  daemon.start();
  daemon.drop("shots.jsonl", shots(8));
  ASSERT_TRUE(daemon.settled(8)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 8);
  const auto ledger = daemon.cloud().ledger();
  ASSERT_EQ(ledger.size(), 8U);
  for (std::size_t i = 1; i < ledger.size(); ++i) EXPECT_GE(ledger[i].at - ledger[0].at, 700ms);
  expect_ledger_agrees(daemon);
}

TEST(BudgetTest, ALostAnswerStopsNobodyWhosePriceIsKnown) {
  const TempDir dir;
  Daemon daemon;
  state_prices(daemon, dir);
  daemon.set("budget.per_day", "100.00");
  daemon.set("limits.max_generations", "3");
  daemon.set("reconcile.settle_time", "1h");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_before"}])");
  daemon.start();
  daemon.drop("shots.jsonl", shots(12));
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kUnknown) == 1; }));
  daemon.drop("priced.jsonl", priced_shots(2));
  ASSERT_TRUE(eventually([&] {
    return daemon.count(JobState::kSucceeded) == 2 && daemon.count(JobState::kScheduled) == 11;
  })) << read_file(daemon.log_file());
  std::string lost;
  for (const Json& job : daemon.jobs()) {
    if (job.at("state") == "unknown") lost = job.at("id");
    if (job.at("state") == "scheduled") {
      EXPECT_EQ(times_scheduled(daemon, job), 1) << job;
    }
  }
  EXPECT_EQ(daemon.reeld({"resolve", lost, "--resend"}).exit_code, 0);
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 14; }, 30))
      << read_file(daemon.log_file());
  expect_ledger_agrees(daemon);
}

TEST(BudgetTest, OtherSubmitsThatEndDoNotUpsetWhoWaitsForAPrice) {
  const TempDir dir;
  Daemon daemon;
  state_prices(daemon, dir);
  daemon.set("budget.per_day", "100.00");
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "delay_after", "ms": 3000}])");
  daemon.start();
  daemon.drop("shots.jsonl", shots(3));
  ASSERT_TRUE(eventually([&] { return daemon.cloud().ledger().size() == 1; }))
      << read_file(daemon.log_file());
  daemon.drop("priced.jsonl", priced_shots(6));
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 9; }, 30))
      << read_file(daemon.log_file());
  for (const Json& job : daemon.jobs()) EXPECT_EQ(times_scheduled(daemon, job), 0) << job;
  expect_ledger_agrees(daemon);
}

TEST(BudgetTest, WhatFailsIsRefusedOrIsSentAgainCostsWhatTheAccountLost) {
  Daemon daemon;
  daemon.cloud().add_faults(
      R"([{"on": "submit", "do": "status", "code": 429, "retry_after": 1, "times": 1, "body": "{}"}])");
  daemon.start();
  std::string lines = shots(4);
  for (const char* prompt : {"render-fails", "late-moderation", "something forbidden"})
    lines += guide_job(prompt).dump() + "\n";
  Json dear = guide_job("dear");
  dear["parameters"].update(
      {{"mode", "RESOLUTION_2160"}, {"width", 3840}, {"height", 2160}, {"quantity", 2}});
  daemon.drop("all.jsonl", lines + dear.dump() + "\n");
  ASSERT_TRUE(eventually(
      [&] {
        const Json counts = stats(daemon).at("counts");
        return counts.at("failed") == 3 && counts.at("succeeded") == 5;
      },
      30))
      << read_file(daemon.log_file());
  EXPECT_EQ(daemon.stop(), 0);
  daemon.start();
  expect_ledger_agrees(daemon);
  const Json total = Json::parse(daemon.reeld({"costs", "--json"}).output).at("total");
  EXPECT_EQ(total.at("refunded"), (Json{{"DOLLARS", "1.44"}})) << "two renders failed, one was moderated";
}

TEST(BudgetTest, WhatIsFoundInTheListIsChargedOnceItsPriceIsKnown) {
  Daemon daemon;
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_after"}])");
  daemon.start();
  daemon.drop("lost.json", guide_job("lost").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 1; }, 30))
      << read_file(daemon.log_file());
  daemon.drop("heard.json", guide_job("heard").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kSucceeded) == 2; }, 30))
      << read_file(daemon.log_file());
  const Json total = Json::parse(daemon.reeld({"costs", "--json"}).output).at("total");
  EXPECT_EQ(total.at("costs"), (Json{{"DOLLARS", "0.96"}}));
  EXPECT_EQ(total.at("estimated"), 1);
  expect_ledger_agrees(daemon);
}

TEST(BudgetTest, ALostAnswerKeepsItsReservationUntilSomebodyKnows) {
  sim::Options cloud = Daemon::fast_cloud();
  // The account's list does not help.
  cloud.list_delay = 1h;
  Daemon daemon(cloud);
  daemon.start();
  daemon.drop("first.json", guide_job("first").dump());
  ASSERT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_after"}])");
  daemon.drop("lost.json", guide_job("lost").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kUnknown) == 1; }))
      << read_file(daemon.log_file());
  EXPECT_EQ(stats(daemon).at("budget").at("reserved"), (Json{{"DOLLARS", "0.48"}}));
  expect_ledger_agrees(daemon);
  const auto ledger = daemon.cloud().ledger();
  ASSERT_EQ(ledger.size(), 2U);
  std::string lost;
  for (const Json& job : daemon.jobs()) {
    if (job.at("state") == "unknown") lost = job.at("id");
  }
  EXPECT_EQ(daemon.reeld({"resolve", lost, "--adopt", ledger.back().id}).exit_code, 0);
  EXPECT_EQ(stats(daemon).at("budget").at("spent"), (Json{{"DOLLARS", "0.96"}}));
  expect_ledger_agrees(daemon);
}

}  // namespace
}  // namespace reeld::test
