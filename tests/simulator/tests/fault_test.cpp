#include "tests/simulator/fault.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace reeld::sim {
namespace {

const FaultSubject kSubmit{"submit", "/api/rest/v2/generations", "a red cat", false};
const FaultSubject kDownload{"download", "/cdn/film-0.mp4", "", false};

TEST(FaultScript, ReadsEveryMember) {
  const auto faults = parse_faults(R"([{"on":"submit","do":"status","after":2,"times":3,"probability":0.5,
    "match":"cat","code":429,"body":{"error":"x"},"headers":{"X-A":"1"},"retry_after":7,"ms":250,"bytes":9,
    "bytes_per_second":100,"location":"/x","type":"text/plain","reset":true},{"do":"hang"}])");
  ASSERT_EQ(faults.size(), 2U);
  const Fault& fault = faults[0];
  EXPECT_EQ(fault.on, "submit");
  EXPECT_EQ(fault.action, "status");
  EXPECT_EQ(fault.after, 2U);
  EXPECT_EQ(fault.times, 3U);
  EXPECT_EQ(fault.probability, 0.5);
  EXPECT_EQ(fault.match, "cat");
  EXPECT_EQ(fault.code, 429);
  EXPECT_EQ(fault.body, R"({"error":"x"})");
  EXPECT_EQ(fault.headers.at(0).second, "1");
  EXPECT_EQ(fault.retry_after, 7);
  EXPECT_EQ(fault.delay, Duration{250});
  EXPECT_EQ(fault.bytes, 9U);
  EXPECT_EQ(fault.bytes_per_second, 100U);
  EXPECT_EQ(fault.location, "/x");
  EXPECT_EQ(fault.type, "text/plain");
  EXPECT_TRUE(fault.reset);
  EXPECT_EQ(faults[1].on, "any");
}

TEST(FaultScript, NamesWhatIsWrong) {
  for (const char* script : {"", "7", "[7]", "{}", R"({"do":7})", R"({"do":"hang","times":-1})",
                             R"({"do":"hang","probability":2})", R"({"do":"hang","often":1})"}) {
    EXPECT_THROW(parse_faults(script), std::invalid_argument) << script;
  }
  FaultPlan plan(1);
  EXPECT_THROW(plan.add({.action = "explode"}), std::invalid_argument);
  EXPECT_THROW(plan.add({.on = "nowhere", .action = "hang"}), std::invalid_argument);
}

TEST(FaultPlan, SkipsThenStrikesThenIsSpent) {
  FaultPlan plan(1);
  plan.add({.on = "submit", .action = "hang", .after = 1, .times = 2});
  EXPECT_FALSE(plan.strike(kDownload));
  EXPECT_FALSE(plan.strike(kSubmit));
  EXPECT_TRUE(plan.strike(kSubmit));
  EXPECT_TRUE(plan.strike(kSubmit));
  EXPECT_FALSE(plan.strike(kSubmit));
}

TEST(FaultPlan, TheFirstThatIsDueStrikesAlone) {
  FaultPlan plan(1);
  plan.add({.action = "hang"});
  plan.add({.action = "html"});
  EXPECT_EQ(plan.strike(kSubmit)->action, "hang");
  EXPECT_EQ(plan.strike(kSubmit)->action, "html");
  EXPECT_FALSE(plan.strike(kSubmit));
}

TEST(FaultPlan, MatchesPromptOrTarget) {
  FaultPlan plan(1);
  plan.add({.action = "hang", .times = 0, .match = "red cat"});
  plan.add({.action = "html", .times = 0, .match = "film-0"});
  EXPECT_EQ(plan.strike(kSubmit)->action, "hang");
  EXPECT_EQ(plan.strike(kDownload)->action, "html");
}

TEST(FaultPlan, RangeFaultsWaitForARange) {
  FaultPlan plan(1);
  plan.add({.action = "no_range"});
  EXPECT_FALSE(plan.strike(kDownload));
  FaultSubject ranged = kDownload;
  ranged.has_range = true;
  EXPECT_TRUE(plan.strike(ranged));
}

TEST(FaultPlan, ChanceIsTheSameForTheSameSeed) {
  const auto count = [](std::uint64_t seed) {
    FaultPlan plan(seed);
    plan.add({.action = "hang", .times = 0, .probability = 0.25});
    int struck = 0;
    for (int i = 0; i < 1000; ++i) struck += plan.strike(kSubmit) ? 1 : 0;
    return struck;
  };
  EXPECT_EQ(count(7), count(7));
  EXPECT_NEAR(count(7), 250, 60);
}

}  // namespace
}  // namespace reeld::sim
