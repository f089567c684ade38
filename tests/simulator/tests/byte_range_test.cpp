#include "tests/simulator/byte_range.hpp"

#include <gtest/gtest.h>

namespace reeld::sim {
namespace {

using Kind = ByteRange::Kind;

void expect_part(const char* header, std::uint64_t offset, std::uint64_t length) {
  const ByteRange range = parse_range(header, 100);
  EXPECT_EQ(range.kind, Kind::kPart) << header;
  EXPECT_EQ(range.offset, offset) << header;
  EXPECT_EQ(range.length, length) << header;
}

TEST(ByteRange, TakesTheThreeFormsOfOneRange) {
  expect_part("bytes=10-19", 10, 10);
  expect_part("bytes=90-", 90, 10);
  expect_part("bytes=-5", 95, 5);
  expect_part("bytes=90-1000", 90, 10);
  expect_part("bytes=-1000", 0, 100);
}

TEST(ByteRange, RefusesWhatLiesOutside) {
  EXPECT_EQ(parse_range("bytes=100-", 100).kind, Kind::kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=-0", 100).kind, Kind::kUnsatisfiable);
}

TEST(ByteRange, IgnoresWhatItDoesNotUnderstand) {
  for (const char* header :
       {"", "lines=1-2", "bytes=", "bytes=-", "bytes=5", "bytes=9-5", "bytes=1-2,4-5", "bytes=a-"}) {
    EXPECT_EQ(parse_range(header, 100).kind, Kind::kAll) << header;
  }
}

}  // namespace
}  // namespace reeld::sim
