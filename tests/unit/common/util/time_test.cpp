#include "common/util/time.hpp"

#include <gtest/gtest.h>

namespace reeld {
namespace {

using namespace std::chrono_literals;

std::string reformat(std::string_view text) {
  const auto time = parse_time(text);
  return time ? format_time(*time) : "nothing";
}

TEST(TimeTest, ReadsRfc3339) {
  EXPECT_EQ(reformat("2026-12-01T02:00:00Z"), "2026-12-01T02:00:00.000Z");
  EXPECT_EQ(reformat("2026-12-01t02:00:00z"), "2026-12-01T02:00:00.000Z");
  EXPECT_EQ(reformat("2026-12-01 02:00:00.5Z"), "2026-12-01T02:00:00.500Z");
  EXPECT_EQ(reformat("2026-12-01T02:00:00.123456789Z"), "2026-12-01T02:00:00.123Z");
  EXPECT_EQ(reformat("2026-12-01T02:00:00+02:00"), "2026-12-01T00:00:00.000Z");
  EXPECT_EQ(reformat("2026-12-31T23:30:00-01:30"), "2027-01-01T01:00:00.000Z");
  EXPECT_EQ(reformat("2028-02-29T00:00:00Z"), "2028-02-29T00:00:00.000Z");
  EXPECT_EQ(reformat("1969-12-31T23:59:59.999Z"), "1969-12-31T23:59:59.999Z");
}

TEST(TimeTest, RefusesWhatIsNoInstant) {
  for (std::string_view text :
       {"", "2026-12-01", "2026-12-01T02:00:00", "2026-12-01T02:00Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-12-01T24:00:00Z", "2026-12-01T02:60:00Z", "2026-12-01T02:00:00.Z",
        "2026-12-01T02:00:00+0200", "2026-12-01T02:00:00Zx", "26-12-01T02:00:00Z",
        "2026-12-01T02:00:00+24:00", " 2026-12-01T02:00:00Z"}) {
    EXPECT_EQ(reformat(text), "nothing") << text;
  }
}

TEST(TimeTest, ReadsHttpDates) {
  const auto time = parse_http_date("Tue, 01 Dec 2026 02:00:00 GMT");
  ASSERT_TRUE(time);
  EXPECT_EQ(format_time(*time), "2026-12-01T02:00:00.000Z");
  for (std::string_view text : {"", "Tue, 01 Dec 2026 02:00:00 UTC", "Tue, 01 Foo 2026 02:00:00 GMT",
                                "Tue, 1 Dec 2026 02:00:00 GMT", "Tue, 01 ecF 2026 02:00:00 GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(TimeTest, ReadsDurations) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("3m"), 3min);
  EXPECT_EQ(parse_duration("6h"), 6h);
  EXPECT_EQ(parse_duration("7d"), 168h);
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("36500d"), 876000h);
}

TEST(TimeTest, RefusesWhatIsNoDuration) {
  for (std::string_view text : {"", "5", "s", "-5s", "+5s", "1.5h", "5 s", "5S", "5sec",
                                "99999999999999999999s", "9223372036854775807d", "40000d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(TimeTest, FormatsDurationsSoThatTheyReadBack) {
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(120s), "2m");
  EXPECT_EQ(format_duration(0s), "0s");
  for (Duration duration :
       {Duration(1), Duration(500), Duration(60'001), Duration(86'400'000), Duration(3'600'000)}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration);
  }
}

TEST(TimeTest, FormatsYearsThatNanosecondsCannotCount) {
  for (const char* text : {"9999-12-31T23:59:59.000Z", "0001-01-01T00:00:00.000Z"}) {
    EXPECT_EQ(format_time(parse_time(text).value()), text);
  }
}

TEST(TimeTest, SpeaksToPeople) {
  EXPECT_EQ(humanize(4200ms), "4.2 s");
  EXPECT_EQ(humanize(190s), "3 min 10 s");
  EXPECT_EQ(humanize(125min), "2 h 5 min");
  EXPECT_EQ(humanize(50h), "2 d 2 h");
  EXPECT_EQ(humanize(20ms), "20 ms");
}

}  // namespace
}  // namespace reeld
