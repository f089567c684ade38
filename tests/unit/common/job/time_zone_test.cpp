#include "common/job/time_zone.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <optional>

namespace reeld {
namespace {

/// Hours ahead of UTC by a rule, "?" where it cannot be read.
std::string by_rule(std::string_view rule, std::string_view instant) {
  const auto offset = rule_offset(rule, *parse_time(instant));
  return offset ? std::to_string(offset->count() / 60) : "?";
}

TEST(TimeZoneTest, ReadsRules) {
  constexpr std::string_view kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";
  EXPECT_EQ(by_rule(kBerlin, "2050-03-27T00:59:59Z"), "60");
  EXPECT_EQ(by_rule(kBerlin, "2050-03-27T01:00:00Z"), "120");
  EXPECT_EQ(by_rule(kBerlin, "2050-10-30T00:59:59Z"), "120");
  EXPECT_EQ(by_rule(kBerlin, "2050-10-30T01:00:00Z"), "60");
  constexpr std::string_view kSydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
  EXPECT_EQ(by_rule(kSydney, "2050-01-01T00:00:00Z"), "660");
  EXPECT_EQ(by_rule(kSydney, "2050-07-01T00:00:00Z"), "600");
  EXPECT_EQ(by_rule("<+0330>-3:30", "2050-01-01T00:00:00Z"), "210");
  EXPECT_EQ(by_rule("UTC0", "2050-01-01T00:00:00Z"), "0");
  EXPECT_EQ(by_rule("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-01-01T00:00:00Z"), "0");
}

TEST(TimeZoneTest, FallsBackToStandardTimeForOtherRules) {
  EXPECT_EQ(by_rule("CET-1CEST,J60,J300", "2050-07-01T00:00:00Z"), "60");
  EXPECT_EQ(by_rule("CET-1CEST,M13.1.0,M4.1.0", "2050-07-01T00:00:00Z"), "60");
  EXPECT_EQ(by_rule("CET-1CEST", "2050-07-01T00:00:00Z"), "60");
  for (std::string_view broken : {"", "CET", "-1", "<+03", "CET-", "CET-1CEST:"}) {
    EXPECT_EQ(by_rule(broken, "2050-07-01T00:00:00Z"), "?") << broken;
  }
}

TEST(TimeZoneTest, KnowsWhichNamesAreSafe) {
  for (std::string_view name : {"Europe/Berlin", "Etc/GMT+3", "America/Argentina/Buenos_Aires", "EST5EDT"}) {
    EXPECT_TRUE(is_zone_name(name)) << name;
  }
  for (std::string_view name : {"", "../x", "/etc/x", "a/", "a b", "a.b", "a\\b"})
    EXPECT_FALSE(is_zone_name(name)) << name;
}

std::optional<std::string> zone_file(const std::string& name) {
  std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// The C library's own answer, by way of the process's zone.
long libc_offset(const std::string& zone, Time instant) {
  setenv("TZ", (":" + zone).c_str(), 1);
  tzset();
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
  std::tm fields{};
  localtime_r(&seconds, &fields);
  unsetenv("TZ");
  tzset();
  return fields.tm_gmtoff;
}

TEST(TimeZoneTest, AgreesWithTheCLibrary) {
  for (const std::string zone :
       {"Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Africa/Casablanca",
        "America/Sao_Paulo", "Europe/Dublin", "Pacific/Chatham", "America/Nuuk", "Etc/GMT+3"}) {
    const auto bytes = zone_file(zone);
    if (!bytes) GTEST_SKIP() << "no zone files on this machine";
    for (Time at = *parse_time("1960-01-01T00:30:00Z"); at < *parse_time("2100-01-01T00:00:00Z");
         at += std::chrono::hours(331)) {
      const auto offset = zone_offset(*bytes, at);
      ASSERT_TRUE(offset) << zone;
      ASSERT_EQ(offset->count(), libc_offset(zone, at)) << zone << " " << format_time(at);
    }
  }
}

TEST(TimeZoneTest, RefusesWhatIsNoZoneFile) {
  const Time now = *parse_time("2026-12-01T02:00:00Z");
  EXPECT_FALSE(zone_offset("", now));
  EXPECT_FALSE(zone_offset(std::string(200, 'x'), now));
  EXPECT_FALSE(zone_offset("TZif2" + std::string(100, '\xFF'), now));
}

TEST(TimeZoneTest, ReadsNothingBehindACutFile) {
  const auto bytes = zone_file("Europe/Berlin");
  if (!bytes) GTEST_SKIP() << "no zone files on this machine";
  for (std::size_t length = 0; length < bytes->size(); ++length) {
    const std::string cut = bytes->substr(0, length);
    (void)zone_offset(cut, *parse_time("2050-12-01T02:00:00Z"));
    (void)zone_offset(cut, *parse_time("1900-12-01T02:00:00Z"));
  }
  SUCCEED();
}

}  // namespace
}  // namespace reeld
