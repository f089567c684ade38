#include "daemon/cli/shape.hpp"

#include <gtest/gtest.h>

namespace reeld::cli {
namespace {

TEST(ShapeTest, CountsByStateModelAndAgeWithTotals) {
  const Json stats{{"age_limits_ms", {300'000, 600'000}},
                   {"shape",
                    {{{"state", "queued"}, {"model", "ltxv-2.0-pro"}, {"ages", {1, 2, 3}}},
                     {{"state", "parked"}, {"model", "ltxv-2.0-fast"}, {"ages", {0, 0, 10}}}}}};
  EXPECT_EQ(shape_table(stats).lines(Terminal()),
            (std::vector<std::string>{"STATE   MODEL           T  5  10  10+",  //
                                      "TOTAL                  16  1   2   13",  //
                                      "queued  ltxv-2.0-pro    6  1   2    3",  //
                                      "parked  ltxv-2.0-fast  10  0   0   10"}));
}

TEST(ShapeTest, AnAnswerWithoutAgesHasTotalsOfNothing) {
  EXPECT_EQ(shape_table(Json::object()).lines(Terminal()).size(), 2U);
}

}  // namespace
}  // namespace reeld::cli
