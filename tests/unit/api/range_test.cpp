#include "daemon/api/range.hpp"

#include <gtest/gtest.h>

namespace reeld::api {
namespace {

using Kind = RangeAnswer::Kind;

void expect_part(const char* header, std::uint64_t size, std::uint64_t first, std::uint64_t last) {
  const RangeAnswer range = read_range(header, size);
  EXPECT_EQ(range.kind, Kind::kPart) << header;
  EXPECT_EQ(range.first, first) << header;
  EXPECT_EQ(range.last, last) << header;
}

TEST(RangeTest, ReadsOneRange) {
  expect_part("bytes=0-99", 1000, 0, 99);
  expect_part("bytes=0-0", 1000, 0, 0);
  expect_part("bytes=900-", 1000, 900, 999);
  expect_part("bytes=900-5000", 1000, 900, 999);
  expect_part("bytes=-100", 1000, 900, 999);
  expect_part("bytes=-5000", 1000, 0, 999);
  expect_part("bytes=-1", 1, 0, 0);
}

TEST(RangeTest, WhatTheFileDoesNotHaveIsUnsatisfiable) {
  for (const char* header : {"bytes=1000-", "bytes=1000-1001", "bytes=-0"}) {
    EXPECT_EQ(read_range(header, 1000).kind, Kind::kUnsatisfiable) << header;
  }
  EXPECT_EQ(read_range("bytes=0-", 0).kind, Kind::kUnsatisfiable);
  EXPECT_EQ(read_range("bytes=-1", 0).kind, Kind::kUnsatisfiable);
}

TEST(RangeTest, WhatIsNotUnderstoodMeansTheWhole) {
  for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=0-9,20-29",
                             "items=0-9", "bytes=99999999999999999999-", "bytes= -"}) {
    EXPECT_EQ(read_range(header, 1000).kind, Kind::kWhole) << header;
  }
}

TEST(RangeTest, FindsATagAmongSeveral) {
  EXPECT_TRUE(names_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(names_etag("\"b\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(names_etag("*", "\"a\""));
  EXPECT_FALSE(names_etag("\"b\", \"c\"", "\"a\""));
  EXPECT_FALSE(names_etag("", "\"a\""));
}

TEST(RangeTest, AFileNameCannotLeaveItsHeader) {
  EXPECT_EQ(attachment("rain.mp4"), "attachment; filename=\"rain.mp4\"; filename*=UTF-8''rain.mp4");
  EXPECT_EQ(attachment("a\"; b\r\n\xC3\xA9.mp4"),
            "attachment; filename=\"a___b____.mp4\"; filename*=UTF-8''a%22%3B%20b%0D%0A%C3%A9.mp4");
}

}  // namespace
}  // namespace reeld::api
