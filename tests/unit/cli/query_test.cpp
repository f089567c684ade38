#include "daemon/cli/query.hpp"

#include <gtest/gtest.h>

#include "daemon/cli/job_choice.hpp"

namespace reeld::cli {
namespace {

TEST(QueryTest, EncodesEverythingThatMeansSomethingInAUrl) {
  EXPECT_EQ(percent_encode("a-b_c.d~9"), "a-b_c.d~9");
  EXPECT_EQ(percent_encode("a b/c?d&e=f%\xC3\x9F\n"), "a%20b%2Fc%3Fd%26e%3Df%25%C3%9F%0A");
}

TEST(QueryTest, LeavesEmptyValuesOut) {
  EXPECT_EQ(Query("/v1/jobs").str(), "/v1/jobs");
  EXPECT_EQ(Query("/v1/jobs").add("a", "").add("b", "1").add("c", "x y").str(), "/v1/jobs?b=1&c=x%20y");
}

TEST(JobChoiceTest, BecomesParametersAndAFilter) {
  const JobChoice choice{{"queued", "failed"}, "ep 1", "", "ltxv-2.0-pro", "rain"};
  Query query("/v1/jobs");
  add_to(query, choice);
  EXPECT_EQ(query.str(), "/v1/jobs?state=queued%2Cfailed&batch=ep%201&model=ltxv-2.0-pro&q=rain");
  EXPECT_EQ(
      to_json(choice),
      Json({{"state", {"queued", "failed"}}, {"batch", "ep 1"}, {"model", "ltxv-2.0-pro"}, {"q", "rain"}}));
  EXPECT_EQ(to_filter(choice).states.size(), 2U);
}

TEST(JobChoiceTest, NamesTheStatesWhereAWordIsNone) {
  const auto known = check_states({{"sleeping"}, "", "", "", ""});
  ASSERT_FALSE(known);
  EXPECT_NE(known.error().detail.find("scheduled queued held"), std::string::npos) << known.error().detail;
  EXPECT_TRUE(check_states({{"queued", "parked"}, "", "", "", ""}));
}

}  // namespace
}  // namespace reeld::cli
