#include "common/job/ids.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace reeld {
namespace {

TEST(IdsTest, OneKindIsNotAnother) {
  static_assert(!std::is_convertible_v<JobId, BatchId>);
  static_assert(!std::is_constructible_v<JobId, BatchId>);
  static_assert(!std::is_convertible_v<std::string, JobId>);
  SUCCEED();
}

TEST(IdsTest, ComparesByText) {
  EXPECT_EQ(JobId("a"), JobId("a"));
  EXPECT_LT(JobId("a"), JobId("b"));
  EXPECT_EQ(JobId("a").str(), "a");
  EXPECT_TRUE(JobId().empty());
}

}  // namespace
}  // namespace reeld
