#include "daemon/cli/progress.hpp"

#include <gtest/gtest.h>

namespace reeld::cli {
namespace {

using namespace std::chrono_literals;

Json in_flight(const std::string& id, Duration elapsed, const Json& expected) {
  return {{"id", id},
          {"name", "shot-" + id},
          {"state", "generating"},
          {"progress", {{"elapsed_ms", elapsed.count()}, {"expected_ms", expected}}}};
}

TEST(ProgressBarTest, FillsWithTheFraction) {
  EXPECT_EQ(progress_bar(0, 12), "[----------]");
  EXPECT_EQ(progress_bar(0.5, 12), "[#####-----]");
  EXPECT_EQ(progress_bar(1, 12), "[##########]");
  EXPECT_EQ(progress_bar(7, 12), "[##########]");
  EXPECT_EQ(progress_bar(0.5, 0), "[]");
}

TEST(ProgressBoardTest, ShowsHowFarAJobIsAndWhatIsLeft) {
  ProgressBoard board;
  board.update(in_flight("a", 30s, 60'000), 100s);
  const auto lines = board.lines(100s, Terminal());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0],
            "shot-a                        generating   [##########----------]  30.0 s, about 30 s left");
}

TEST(ProgressBoardTest, GoesOnBetweenTwoUpdates) {
  ProgressBoard board;
  board.update(in_flight("a", 30s, 60'000), 100s);
  EXPECT_NE(board.lines(120s, Terminal()).at(0).find("50.0 s, about 10 s left"), std::string::npos);
  EXPECT_NE(board.lines(200s, Terminal()).at(0).find("2 min 10 s, longer than usual"), std::string::npos);
}

TEST(ProgressBoardTest, WithoutAnExpectationTellsTheTimeAlone) {
  ProgressBoard board;
  board.update(in_flight("a", 30s, nullptr), 100s);
  EXPECT_TRUE(board.lines(100s, Terminal()).at(0).ends_with("[--------------------]  30.0 s"));
}

TEST(ProgressBoardTest, AJobThatEndedLeaves) {
  ProgressBoard board;
  board.update(in_flight("a", 1s, nullptr), 0s);
  board.update({{"id", "a"}, {"name", "x"}, {"state", "succeeded"}, {"progress", nullptr}}, 1s);
  EXPECT_TRUE(board.empty());
}

TEST(ProgressBoardTest, TheLongestUnderWayStandsFirstAndTheRestIsCounted) {
  ProgressBoard board;
  for (int i = 0; i < 9; ++i) board.update(in_flight(std::to_string(i), Duration(i * 1000), nullptr), 100s);
  Terminal low;
  low.height = 6;
  const auto lines = board.lines(100s, low);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_TRUE(lines[0].starts_with("shot-8"));
  EXPECT_EQ(lines[3], "and 6 more in flight");
}

TEST(ProgressBoardTest, NoLineIsWiderThanTheTerminal) {
  ProgressBoard board;
  Json job = in_flight("a", 30s, 60'000);
  job["name"] = "雨の街 with a very long name indeed";
  board.update(job, 100s);
  for (std::size_t width = 1; width < 90; ++width) {
    Terminal narrow;
    narrow.width = width;
    EXPECT_LE(columns_of(board.lines(100s, narrow).at(0)), width);
  }
}

}  // namespace
}  // namespace reeld::cli
