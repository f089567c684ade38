#include "common/job/cost_sum.hpp"

#include <gtest/gtest.h>

namespace reeld {
namespace {

TEST(CostSumTest, AddsExactly) {
  EXPECT_EQ(add_decimals("0.1", "0.2"), "0.3");
  EXPECT_EQ(add_decimals("0.0147", "0.0153"), "0.0300");
  EXPECT_EQ(add_decimals("12", "0.5"), "12.5");
  EXPECT_EQ(add_decimals("999.99", "0.01"), "1000.00");
  EXPECT_EQ(add_decimals("0", "0"), "0");
  EXPECT_EQ(add_decimals("0.00", "0"), "0.00");
  EXPECT_EQ(add_decimals("99999999999999999999", "1"), "100000000000000000000");
  EXPECT_EQ(add_decimals("007", "1"), "8");
}

TEST(CostSumTest, KeepsUnitsApart) {
  CostSum sum;
  EXPECT_TRUE(sum.add("0.0147 DOLLARS"));
  EXPECT_TRUE(sum.add("20 CREDITS"));
  EXPECT_TRUE(sum.add("0.0147 DOLLARS"));
  EXPECT_EQ(sum.sums(), (std::map<std::string, std::string>{{"CREDITS", "20"}, {"DOLLARS", "0.0294"}}));
}

TEST(CostSumTest, RefusesWhatIsNoCost) {
  CostSum sum;
  for (const char* text : {"", "1", "1 ", " DOLLARS", "-1 DOLLARS", "1e3 DOLLARS", "1. DOLLARS", ".5 DOLLARS",
                           "1.2.3 DOLLARS", "x DOLLARS"}) {
    EXPECT_FALSE(sum.add(text)) << text;
  }
  EXPECT_TRUE(sum.sums().empty());
}

}  // namespace
}  // namespace reeld
