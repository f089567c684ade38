#include "daemon/cli/act_request.hpp"

#include <gtest/gtest.h>

namespace reeld::cli {
namespace {

ActArguments on(std::vector<std::string> jobs, JobChoice choice = {}) {
  ActArguments arguments;
  arguments.jobs = std::move(jobs);
  arguments.choice = std::move(choice);
  return arguments;
}

JobChoice batch(const std::string& name) {
  JobChoice choice;
  choice.batch = name;
  return choice;
}

TEST(ActRequestTest, EveryJobNeedsTheWord) {
  EXPECT_NE(misuse(on({})).find("ALL"), std::string::npos);
  EXPECT_EQ(misuse(on({"ALL"})), "");
  EXPECT_NE(misuse(on({"ALL", "5f0c6e1d"})), "");
  EXPECT_NE(misuse(on({"ALL"}, batch("shots"))), "");
}

TEST(ActRequestTest, TakesIdsOrAFilterNotBoth) {
  EXPECT_EQ(misuse(on({"5f0c6e1d"})), "");
  EXPECT_EQ(misuse(on({}, batch("shots"))), "");
  EXPECT_NE(misuse(on({"5f0c6e1d"}, batch("shots"))), "");
}

TEST(ActRequestTest, SaysAllOnlyWhereAllAreMeant) {
  EXPECT_EQ(filter_request(on({"ALL"})), Json({{"all", true}, {"dry_run", false}}));
  EXPECT_EQ(filter_request(on({}, batch("shots"))),
            Json({{"filter", {{"batch", "shots"}}}, {"dry_run", false}}));
}

TEST(ActRequestTest, SplitsManyIdsSoThatEachOutcomeIsTold) {
  ActArguments arguments = on({"-"});
  arguments.dry_run = true;
  arguments.delete_upstream = true;
  const auto requests = id_requests(arguments, std::vector<std::string>(2001, "id"));
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0]["ids"].size(), 1000U);
  EXPECT_EQ(requests[2]["ids"].size(), 1U);
  EXPECT_EQ(requests[2]["dry_run"], true);
  EXPECT_EQ(requests[2]["delete_upstream"], true);
}

TEST(ActRequestTest, OnlyReleaseOfAWholeBatchLiftsItsHold) {
  ActArguments arguments = on({}, batch("shots"));
  arguments.action = store::Action::kRelease;
  EXPECT_TRUE(releases_batch(arguments));
  arguments.dry_run = true;
  EXPECT_FALSE(releases_batch(arguments));
  arguments.dry_run = false;
  arguments.choice.tag = "night";
  EXPECT_FALSE(releases_batch(arguments));
  arguments = on({}, batch("shots"));
  EXPECT_FALSE(releases_batch(arguments));
}

}  // namespace
}  // namespace reeld::cli
