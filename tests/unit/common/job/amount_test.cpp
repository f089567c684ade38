#include "common/job/amount.hpp"

#include <gtest/gtest.h>

namespace reeld {
namespace {

TEST(AmountTest, ReadsDecimalsExactly) {
  EXPECT_EQ(read_amount("0.0147")->amount, Amount{14'700'000});
  EXPECT_EQ(read_amount("12")->amount, Amount{12'000'000'000});
  EXPECT_EQ(read_amount("999999999.999999999")->amount, Amount{999'999'999'999'999'999});
  EXPECT_EQ(read_amount("007.50")->amount, Amount{7'500'000'000});
  EXPECT_TRUE(read_amount("0.1000000000000")->exact);
}

TEST(AmountTest, RoundsUpWhatIsFinerThanABillionth) {
  const auto read = read_amount("0.0000000001");
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->exact);
  EXPECT_EQ(read->amount, Amount{1});
  EXPECT_EQ(read_amount("1.9999999999")->amount, Amount{2'000'000'000});
}

TEST(AmountTest, RefusesWhatIsNoAmount) {
  for (const char* text : {"", ".", "1.", ".5", "-1", "+1", "1e-05", "1.2.3", "1,5", " 1", "0x1",
                           "1000000000", "99999999999999999999"}) {
    EXPECT_FALSE(read_amount(text)) << text;
  }
}

TEST(AmountTest, WritesDollarsWithCentsAndCreditsWithout) {
  EXPECT_EQ(format_amount(Amount{14'700'000}), "0.0147");
  EXPECT_EQ(format_amount(Amount{480'000'000}), "0.48");
  EXPECT_EQ(format_amount(Amount{25'000'000'000}), "25.00");
  EXPECT_EQ(format_amount(Amount{}), "0.00");
  EXPECT_EQ(format_amount(Amount{-500'000'000}), "-0.50");
  EXPECT_EQ(format_amount(Amount{300'000'000'000}, kCredits), "300");
  EXPECT_EQ(format_amount(Amount{1'500'000'000}, kCredits), "1.5");
}

}  // namespace
}  // namespace reeld
