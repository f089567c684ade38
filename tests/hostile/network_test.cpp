// The promises on a network that delays, cuts, swallows, corrupts and crawls.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/e2e/daemon.hpp"
#include "tests/hostile/proxy.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Kind = Trouble::Kind;

/// A TLS handshake is some 1500 bytes of answers and 500 of requests; troubles strike in it and behind it.
constexpr std::uint64_t kBehindHandshake = 1'600;
constexpr std::uint64_t kSentInHandshake = 300;

/// The daemon speaks with the API through a proxy; films come straight from the cloud.
class NetworkTest : public testing::Test {
 protected:
  Daemon& through(std::function<Trouble(int)> choose) {
    proxy_ = std::make_unique<Proxy>(daemon_.cloud().port(), std::move(choose));
    daemon_.set("leonardo.base_url", "https://localhost:" + std::to_string(proxy_->port()) + "/api/rest");
    daemon_.set("reconcile.settle_time", "1s");
    daemon_.start();
    return daemon_;
  }

  void drop(int jobs) {
    std::string lines;
    for (int i = 0; i < jobs; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
    daemon_.drop("shots.jsonl", lines);
  }

  /// True when all jobs rest, also those of which it had to be found out what became of their submits.
  bool all_rest(std::size_t expected) {
    return eventually(
        [&] {
          const auto jobs = daemon_.jobs();
          return jobs.size() == expected && std::ranges::all_of(jobs, [](const Json& job) {
                   const JobState state = parse_job_state(job.at("state").get<std::string>()).value();
                   return is_final(state) || state == JobState::kParked;
                 });
        },
        120);
  }

  /// Paid once, whole, and everything that did not succeed says why.
  void expect_promises() {
    std::set<std::string> prompts;
    for (const sim::LedgerEntry& entry : daemon_.cloud().ledger()) {
      EXPECT_TRUE(prompts.insert(entry.prompt).second) << "paid twice: " << entry.prompt;
    }
    for (const Json& job : daemon_.jobs()) {
      if (job.at("state") != "succeeded") {
        EXPECT_EQ(job.at("state"), "parked") << job;
        EXPECT_FALSE(job.at("error").is_null()) << job;
        continue;
      }
      const fs::path film = daemon_.results() / (job.at("output").get<std::string>() + ".mp4");
      const std::string served = daemon_.cloud().film_sha256(job.at("generation_id").get<std::string>(), 0);
      EXPECT_EQ(sha256_of(read_file(film)), served) << film;
    }
  }

  Daemon daemon_;
  std::unique_ptr<Proxy> proxy_;
};

TEST_F(NetworkTest, ConnectionsThatBreakAnywhereCostNoJobAndNoMoney) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  through([&random](int connection) {
    static constexpr Kind kKinds[] = {Kind::kEnd, Kind::kReset, Kind::kEndOfSent, Kind::kSwallow,
                                      Kind::kCorrupt};
    Trouble trouble;
    // Connections are kept, so a run may need few of them: the first breaks for certain, in its handshake.
    const bool first = connection == 0;
    if (!first && random() % 3 != 0) return trouble;
    trouble.kind = kKinds[random() % std::size(kKinds)];
    trouble.after = random() % (first ? kSentInHandshake : 8'000);
    trouble.pause = 500ms;
    return trouble;
  });
  drop(30);
  ASSERT_TRUE(all_rest(30)) << read_file(daemon_.log_file()).substr(0, 20'000);
  expect_promises();
  EXPECT_GT(daemon_.count(JobState::kSucceeded), 0);
  EXPECT_GT(proxy_->struck(), 0);
  EXPECT_EQ(daemon_.stop(), 0);
}

TEST_F(NetworkTest, ASlowLineIsOnlySlow) {
  through([](int) {
    Trouble trouble;
    trouble.delay = 20ms;
    trouble.piece = 700;
    return trouble;
  });
  drop(5);
  ASSERT_TRUE(all_rest(5)) << read_file(daemon_.log_file()).substr(0, 20'000);
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 5);
  expect_promises();
}

TEST_F(NetworkTest, BlackHolesAreLeftAgainAndTheQueueGoesOn) {
  std::atomic<bool> black = true;
  through([&black](int) {
    Trouble trouble;
    if (black) trouble = Trouble{Kind::kSwallow, 0, 0ms, 300ms};
    return trouble;
  });
  drop(3);
  ASSERT_TRUE(eventually([&] { return daemon_.jobs().size() == 3 && proxy_->connections() >= 2; }));
  EXPECT_TRUE(daemon_.cloud().ledger().empty());
  black = false;
  ASSERT_TRUE(all_rest(3)) << read_file(daemon_.log_file()).substr(0, 20'000);
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 3);
  expect_promises();
}

TEST_F(NetworkTest, AnAnswerThatIsCorruptedIsNeverBelieved) {
  through([](int connection) {
    Trouble trouble;
    if (connection % 2 == 1) return trouble;
    trouble.kind = Kind::kCorrupt;
    trouble.after = kBehindHandshake + static_cast<std::uint64_t>(connection) * 97;
    return trouble;
  });
  drop(10);
  ASSERT_TRUE(all_rest(10)) << read_file(daemon_.log_file()).substr(0, 20'000);
  expect_promises();
  EXPECT_GT(proxy_->struck(), 0);
}

}  // namespace
}  // namespace reeld::test
