#include "tests/simulator/ids.hpp"

#include <gtest/gtest.h>

namespace reeld::sim {
namespace {

constexpr Time kNoon{Duration{1'787'652'844'838}};  // 2026-08-25T10:14:04.838Z

TEST(Ids, CarryTheirTimeAndGrow) {
  IdMaker ids(1);
  const std::string first = ids.time_id(kNoon);
  const std::string second = ids.time_id(kNoon);
  EXPECT_TRUE(is_uuid(first));
  EXPECT_EQ(first[14], '6');
  EXPECT_LT(first.substr(0, 18), second.substr(0, 18));
  EXPECT_EQ(time_of_id(first), kNoon);
}

TEST(Ids, AgreeWithARealOne) {
  EXPECT_EQ(format_created_at(time_of_id("1f1a06db-37cd-6c60-9cac-182717e03f42")).substr(0, 10),
            "2026-08-25");
}

TEST(Ids, DerivedOnesAreTheSameEachTime) {
  EXPECT_EQ(derived_id("abc", 1), derived_id("abc", 1));
  EXPECT_NE(derived_id("abc", 1), derived_id("abc", 2));
  EXPECT_EQ(derived_id("abc", 1)[14], '4');
}

TEST(Ids, TellUuidsFromOtherText) {
  EXPECT_TRUE(is_uuid("00000000-0000-4000-8000-00000000C0DE"));
  EXPECT_FALSE(is_uuid("00000000-0000-4000-8000-00000000c0d"));
  EXPECT_FALSE(is_uuid("00000000-0000-4000-8000-00000000c0dg"));
  EXPECT_FALSE(is_uuid("0000000000000-4000-8000-00000000c0de"));
}

TEST(Ids, DatesAreWrittenInBothForms) {
  EXPECT_EQ(format_created_at(kNoon), "2026-08-25T10:14:04.838");
  EXPECT_EQ(format_http_date(kNoon), "Tue, 25 Aug 2026 10:14:04 GMT");
}

}  // namespace
}  // namespace reeld::sim
