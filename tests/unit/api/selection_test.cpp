#include "daemon/api/selection.hpp"

#include <gtest/gtest.h>

namespace reeld::api {
namespace {

using enum store::Action;

const char* const kId = "019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b";

Json problems_of(const Json& body, store::Action action = kCancel) {
  const auto read = read_selection(body, action);
  if (read) return "accepted";
  EXPECT_EQ(read.error().status, 400);
  return read.error().more.value("problems", Json(read.error().detail));
}

TEST(SelectionTest, ReadsIds) {
  const auto read = read_selection({{"ids", {kId}}, {"dry_run", true}, {"delete_upstream", true}}, kCancel);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->ids, std::vector{JobId(kId)});
  EXPECT_TRUE(read->dry_run);
  EXPECT_TRUE(read->delete_upstream);
}

TEST(SelectionTest, ReadsAFilter) {
  const auto read = read_selection(
      {{"filter", {{"state", {"queued", "held", "queued"}}, {"tag", "night"}, {"q", "rain"}}}}, kCancel);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->filter.states, (std::vector{JobState::kQueued, JobState::kHeld}));
  EXPECT_EQ(read->filter.tag, "night");
  EXPECT_EQ(read->filter.text, "rain");
  EXPECT_FALSE(read->dry_run);
}

TEST(SelectionTest, AFilterWithoutStatesMeansThoseThatTheActionConcerns) {
  const auto read = read_selection({{"filter", {{"batch", "shots"}}}}, kRetry);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->filter.states, (std::vector{JobState::kFailed, JobState::kCancelled}));
}

TEST(SelectionTest, EverythingHasToBeAskedForInSoManyWords) {
  EXPECT_NE(problems_of(Json::object()), "accepted");
  EXPECT_NE(problems_of({{"filter", Json::object()}}), "accepted");
  EXPECT_NE(problems_of({{"filter", {{"tag", ""}}}, {"all", false}}), "accepted");
  EXPECT_EQ(problems_of({{"filter", Json::object()}, {"all", true}}), "accepted");
  EXPECT_EQ(problems_of({{"all", true}}), "accepted");
}

TEST(SelectionTest, IdsAndAFilterAreNotMixed) {
  EXPECT_NE(problems_of({{"ids", {kId}}, {"filter", {{"tag", "a"}}}}), "accepted");
  EXPECT_NE(problems_of({{"ids", {kId}}, {"all", true}}), "accepted");
}

TEST(SelectionTest, WrongTypesAreProblemsWithTheirPlace) {
  EXPECT_EQ(problems_of({{"ids", {kId, 5}}}).at(0).at("pointer"), "/ids/1");
  EXPECT_EQ(problems_of({{"ids", "all"}}).at(0).at("pointer"), "/ids");
  EXPECT_EQ(problems_of({{"filter", {{"state", "asleep"}}}}).at(0).at("pointer"), "/filter/state");
  EXPECT_EQ(problems_of({{"filter", 3}}).at(0).at("pointer"), "/filter");
  EXPECT_EQ(problems_of({{"all", "yes"}}).at(0).at("pointer"), "/all");
  EXPECT_EQ(problems_of({{"all", true}, {"dryrun", true}}).at(0).at("pointer"), "/dryrun");
  EXPECT_EQ(problems_of(Json::array()).at(0).at("pointer"), "");
}

TEST(SelectionTest, OnlyACancelDeletesUpstream) {
  EXPECT_NE(problems_of({{"all", true}, {"delete_upstream", true}}, kRetry), "accepted");
}

TEST(SelectionTest, ForeseesWhatTheTableOfTransitionsAllows) {
  EXPECT_EQ(state_after(kCancel, JobState::kGenerating), JobState::kCancelled);
  EXPECT_EQ(state_after(kCancel, JobState::kSucceeded), std::nullopt);
  EXPECT_EQ(state_after(kRetry, JobState::kFailed), JobState::kQueued);
  EXPECT_EQ(state_after(kRetry, JobState::kScheduled), std::nullopt);
  EXPECT_EQ(state_after(kHold, JobState::kQueued), JobState::kHeld);
  EXPECT_EQ(state_after(kHold, JobState::kGenerating), std::nullopt);
  EXPECT_EQ(state_after(kRelease, JobState::kHeld), JobState::kQueued);
  EXPECT_EQ(state_after(kRelease, JobState::kScheduled), std::nullopt);
}

}  // namespace
}  // namespace reeld::api
