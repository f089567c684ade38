#include "tests/simulator/money.hpp"

#include <gtest/gtest.h>

namespace reeld::sim {
namespace {

TEST(Money, ReadsWholeDollarsAndDecimals) {
  EXPECT_EQ(parse_money("12"), Money{120'000});
  EXPECT_EQ(parse_money("0.48"), Money{4'800});
  EXPECT_EQ(parse_money("0.0147"), Money{147});
  EXPECT_EQ(parse_money("-3.5"), Money{-35'000});
}

TEST(Money, RefusesWhatIsNotAnExactAmount) {
  for (const char* text : {"", ".", "1.", ".5", "1.00001", "1e3", " 1", "--1", "1.-5", "$1", "99999999999"}) {
    EXPECT_FALSE(parse_money(text)) << text;
  }
}

TEST(Money, WritesTwoDecimalsAndMoreWhereTheyCount) {
  EXPECT_EQ(format_money({10'000'000}), "1000.00");
  EXPECT_EQ(format_money({147}), "0.0147");
  EXPECT_EQ(format_money({4'810}), "0.481");
  EXPECT_EQ(format_money({-500}), "-0.05");
  EXPECT_EQ(format_money({}), "0.00");
}

TEST(Money, AddsUpTenThousandCentsExactly) {
  Money sum;
  for (int i = 0; i < 10'000; ++i) sum = sum + *parse_money("0.01");
  EXPECT_EQ(sum, *parse_money("100.00"));
  EXPECT_EQ(Money{600} * 8 * 2, *parse_money("0.96"));
}

}  // namespace
}  // namespace reeld::sim
