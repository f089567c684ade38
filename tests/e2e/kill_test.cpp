#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int kJobs = 200;
constexpr int kKills = 50;

std::string prompt(int job) {
  return "shot number " + std::to_string(job);
}

void drop_all(Daemon& daemon) {
  // Several files, so that intake is killed too.
  for (int file = 0; file < 10; ++file) {
    std::string lines;
    for (int i = 0; i < kJobs / 10; ++i) lines += guide_job(prompt(file * kJobs / 10 + i)).dump() + "\n";
    daemon.drop("shots-" + std::to_string(file) + ".jsonl", lines);
  }
}

void expect_results_whole(Daemon& daemon, const std::map<std::string, sim::LedgerEntry>& by_id) {
  for (const fs::path& file : files_below(daemon.results())) {
    if (file.extension() != ".mp4") continue;
    const Json result = Json::parse(read_file(fs::path(file).replace_extension(".json")));
    const auto paid = by_id.find(result.at("generation_id").get<std::string>());
    ASSERT_NE(paid, by_id.end()) << file;
    EXPECT_EQ(sha256_of(read_file(file)), daemon.cloud().film_sha256(paid->first, 0)) << file;
  }
}

TEST(KillTest, NothingIsLostPaidTwiceOrHalfThereAfterFiftyKills) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.render_time = 300ms;
  Daemon daemon(cloud);
  daemon.set("limits.max_generations", "20");
  daemon.set("reconcile.settle_time", "1s");
  daemon.start();
  drop_all(daemon);
  const auto seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  for (int kill = 0; kill < kKills; ++kill) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(1, 400)(random)));
    daemon.kill();
    daemon.start();
  }
  ASSERT_TRUE(daemon.settled(kJobs, 240)) << "seed " << seed << "\n"
                                          << read_file(daemon.log_file()).substr(0, 20'000);
  // Killed between intent and answer: looked up in the account's list, and found or proved absent.
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kUnknown) == 0 && daemon.settled(kJobs); }, 240))
      << "seed " << seed;

  std::map<std::string, int> paid;
  std::map<std::string, sim::LedgerEntry> by_id;
  for (const sim::LedgerEntry& entry : daemon.cloud().ledger()) {
    EXPECT_EQ(++paid[entry.prompt], 1) << "paid twice: " << entry.prompt << ", seed " << seed;
    by_id[entry.id] = entry;
  }
  int succeeded = 0;
  for (const Json& job : daemon.jobs()) {
    if (job.at("state") == "succeeded") {
      ++succeeded;
      EXPECT_TRUE(by_id.contains(job.at("generation_id").get<std::string>()));
    } else {
      EXPECT_EQ(job.at("state"), "parked") << job;
      EXPECT_FALSE(job.at("error").is_null()) << job;
    }
  }
  // What is parked was proved absent: everything that was paid for has its film.
  EXPECT_EQ(paid.size(), static_cast<std::size_t>(succeeded));
  expect_results_whole(daemon, by_id);
  // A kill in the moment between intent and answer is rare: nearly all must have gone through.
  EXPECT_GT(succeeded, kJobs / 2);
  RecordProperty("succeeded", succeeded);
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace
}  // namespace reeld::test
