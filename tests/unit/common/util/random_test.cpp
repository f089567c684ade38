#include "common/util/random.hpp"

#include <gtest/gtest.h>

#include <map>

namespace reeld {
namespace {

/// Gives out the numbers it was told.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}
  std::uint64_t next() override { return numbers_.at(at_++); }

 private:
  std::vector<std::uint64_t> numbers_;
  std::size_t at_ = 0;
};

TEST(RandomTest, UnitIsAtLeastZeroAndBelowOne) {
  ScriptedRandom random({0, UINT64_MAX});
  EXPECT_EQ(random.unit(), 0.0);
  EXPECT_LT(random.unit(), 1.0);
}

TEST(RandomTest, BelowDrawsAgainWhatWouldFavourSmallNumbers) {
  ScriptedRandom random({UINT64_MAX, 25});
  EXPECT_EQ(random.below(10), 5U);
}

TEST(RandomTest, BelowOneIsZero) {
  EXPECT_EQ(SeededRandom(7).below(1), 0U);
}

TEST(RandomTest, BelowReachesEachNumber) {
  SeededRandom random(1);
  std::map<std::uint64_t, int> seen;
  for (int i = 0; i < 1000; ++i) ++seen[random.below(3)];
  EXPECT_EQ(seen.size(), 3U);
  for (const auto& [number, times] : seen) EXPECT_GT(times, 250) << number;
}

TEST(RandomTest, TheSameSeedRepeats) {
  SeededRandom a(42);
  SeededRandom b(42);
  EXPECT_EQ(a.next(), b.next());
}

TEST(RandomTest, TheSystemsDoesNot) {
  SystemRandom a;
  SystemRandom b;
  EXPECT_NE(a.next(), b.next());
}

}  // namespace
}  // namespace reeld
