// The promises after a loss of power at the sync points of a run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "tests/power/power_run.hpp"

namespace reeld::test {
namespace {

/// Each half runs on a core of its own.
constexpr int kHalves = 2;
constexpr int kSampleOfHalf = 6;

/// REELD_POWER_SEED repeats a run, REELD_POWER_ALL=1 strikes every sync point.
unsigned chosen_seed() {
  const char* given = std::getenv("REELD_POWER_SEED");
  return given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device()();
}

int count_sync_points() {
  PowerRun run(PowerLoss{});
  EXPECT_EQ(run.until_loss(), Ending::kAtRest) << run.log().substr(0, 10'000);
  EXPECT_EQ(run.broken_on_disk(), std::vector<std::string>());
  return run.sync_points();
}

/// One loss in each of equal stretches of the run, or at every point of every second stretch.
std::vector<PowerLoss> losses(int sync_points, int half, unsigned seed) {
  std::mt19937 random(seed + static_cast<unsigned>(half));
  const bool all = std::getenv("REELD_POWER_ALL") != nullptr;
  const int count = all ? sync_points / kHalves : kSampleOfHalf;
  std::vector<PowerLoss> chosen;
  for (int i = 0; i < count; ++i) {
    const int from = i * sync_points / count;
    const int to = std::max((i + 1) * sync_points / count, from + 1);
    PowerLoss loss;
    loss.at = all ? 1 + i * kHalves + half : 1 + std::uniform_int_distribution(from, to - 1)(random);
    loss.after = random() % 2 == 0;
    loss.torn = random() % 4 == 0;
    loss.seed = static_cast<unsigned>(random());
    chosen.push_back(loss);
  }
  return chosen;
}

class PowerTest : public testing::TestWithParam<int> {};

TEST_P(PowerTest, ThePromisesHoldWhereverThePowerGoes) {
  const unsigned seed = chosen_seed();
  const int sync_points = count_sync_points();
  std::printf("REELD_POWER_SEED=%u, %d sync points\n", seed, sync_points);
  ASSERT_GT(sync_points, 100);
  int struck = 0;
  for (const PowerLoss& loss : losses(sync_points, GetParam(), seed)) {
    SCOPED_TRACE(describe(loss) + ", REELD_POWER_SEED=" + std::to_string(seed));
    PowerRun run(loss);
    const Ending ending = run.until_loss();
    // A run may have fewer sync points than the one that was counted: commits gather what comes together.
    if (ending == Ending::kAtRest) continue;
    ASSERT_EQ(ending, Ending::kPowerLost) << run.log().substr(0, 20'000);
    ++struck;
    std::printf("the power went %s\n", describe(loss).c_str());
    std::fflush(stdout);
    EXPECT_EQ(run.broken_on_disk(), std::vector<std::string>());
    EXPECT_EQ(run.broken_after_restart(), std::vector<std::string>());
    if (HasFailure()) {
      ADD_FAILURE() << run.log().substr(0, 20'000);
      return;
    }
  }
  EXPECT_GT(struck, 0);
  std::printf("struck %d times\n", struck);
  RecordProperty("struck", struck);
}

INSTANTIATE_TEST_SUITE_P(Halves, PowerTest, testing::Range(0, kHalves));

/// A disk that confirms syncs and does nothing must be found out, or these tests would prove nothing.
class LyingDiskTest : public testing::TestWithParam<const char*> {};

TEST_P(LyingDiskTest, BreaksAPromiseThatTheTestsSee) {
  PowerLoss loss;
  loss.at = 400;
  loss.lie = GetParam();
  PowerRun run(loss);
  ASSERT_EQ(run.until_loss(), Ending::kPowerLost) << run.log().substr(0, 10'000);
  std::vector<std::string> broken = run.broken_on_disk();
  for (std::string& words : run.broken_after_restart()) broken.push_back(std::move(words));
  EXPECT_FALSE(broken.empty());
}

INSTANTIATE_TEST_SUITE_P(Lies, LyingDiskTest, testing::Values("files", "folders"));

}  // namespace
}  // namespace reeld::test
