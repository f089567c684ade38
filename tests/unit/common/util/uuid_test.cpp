#include "common/util/uuid.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.hpp"

namespace reeld {
namespace {

using namespace std::chrono_literals;

class UuidTest : public testing::Test {
 protected:
  asio::io_context io_;
  test::FakeClock clock_;
  SeededRandom random_{1};
  UuidGenerator uuids_{clock_, random_};
};

TEST_F(UuidTest, HasTheFormOfVersionSeven) {
  const std::string id = uuids_.next();
  EXPECT_TRUE(is_uuid(id)) << id;
  EXPECT_EQ(id[14], '7');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
}

TEST_F(UuidTest, BeginsWithTheTime) {
  const auto millis = clock_.now().time_since_epoch().count();
  const std::string id = uuids_.next();
  EXPECT_EQ(std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16), millis);
}

TEST_F(UuidTest, GrowsWithinAMillisecond) {
  std::string last = uuids_.next();
  for (int i = 0; i < 10'000; ++i) {
    std::string next = uuids_.next();
    ASSERT_LT(last, next);
    last = std::move(next);
  }
}

TEST_F(UuidTest, GrowsWhenTheClockStepsBack) {
  const std::string before = uuids_.next();
  clock_.step_to(clock_.now() - 1h);
  EXPECT_LT(before, uuids_.next());
}

TEST_F(UuidTest, KnowsAUuidOfAnyVersion) {
  EXPECT_TRUE(is_uuid("1f1a06db-37cd-6c60-9cac-182717e03f42"));
  EXPECT_TRUE(is_uuid("1F1A06DB-37CD-6C60-9CAC-182717E03F42"));
  EXPECT_TRUE(is_uuid("00000000-0000-0000-0000-000000000000"));
  for (std::string_view text :
       {"", "1f1a06db37cd6c609cac182717e03f42", "1f1a06db-37cd-6c60-9cac-182717e03f4",
        "1f1a06db-37cd-6c60-9cac-182717e03f422", "1f1a06db-37cd-6c60-9cac-182717e03g42",
        "1f1a06db-37cd-6c609-cac-182717e03f42", "{f1a06db-37cd-6c60-9cac-182717e03f4}"}) {
    EXPECT_FALSE(is_uuid(text)) << text;
  }
}

TEST_F(UuidTest, ShortIdsAreTheLastDigits) {
  EXPECT_EQ(short_id("1f1a06db-37cd-6c60-9cac-182717e03f42"), "17e03f42");
  EXPECT_EQ(short_id("abc"), "abc");
  EXPECT_EQ(short_id(""), "");
}

}  // namespace
}  // namespace reeld
