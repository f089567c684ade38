#include "common/util/time.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

namespace reeld {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLongest = std::chrono::years(100);

/// Reads exactly `digits` decimal digits at the front of `text` and removes them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Time> civil_time(int year, int month, int day, int hour, int minute, int second) {
  using namespace std::chrono;
  auto date = year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                             std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Time(sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second));
}

/// Reads the fraction of a second behind the dot; digits past the third are dropped.
std::optional<Duration> take_fraction(std::string_view& text) {
  int millis = 0;
  int scale = 100;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    millis += (text[digits] - '0') * scale;
    scale /= 10;
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return Duration(millis);
}

/// Reads "Z" or "+02:00": how far the local time is ahead of UTC.
std::optional<Duration> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return Duration(0);
  const bool east = !text.empty() && text.front() == '+';
  if (!east && (text.empty() || text.front() != '-')) return std::nullopt;
  text.remove_prefix(1);
  auto hours = take_number(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return east ? offset : -offset;
}

}  // namespace

std::string format_time(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  // Not by way of system_clock's nanoseconds, which end in 2262.
  const std::time_t whole = seconds.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&whole, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (time - seconds).count());
}

std::optional<Time> parse_time(std::string_view text) {
  auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  auto day = take_number(text, 2);
  if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  auto hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  auto minute = take_number(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  auto second = take_number(text, 2);
  if (!second) return std::nullopt;
  Duration fraction{0};
  if (take(text, '.')) {
    auto millis = take_fraction(text);
    if (!millis) return std::nullopt;
    fraction = *millis;
  }
  auto offset = take_offset(text);
  auto instant = civil_time(*year, *month, *day, *hour, *minute, *second);
  if (!offset || !instant || !text.empty()) return std::nullopt;
  return *instant + fraction - *offset;
}

std::optional<Time> parse_http_date(std::string_view text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  text.remove_prefix(5);
  auto day = take_number(text, 2);
  if (!day || !take(text, ' ')) return std::nullopt;
  const auto month = kMonths.find(text.substr(0, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  text.remove_prefix(3);
  if (!take(text, ' ')) return std::nullopt;
  auto year = take_number(text, 4);
  if (!year || !take(text, ' ')) return std::nullopt;
  auto hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  auto minute = take_number(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  auto second = take_number(text, 2);
  if (!second) return std::nullopt;
  return civil_time(*year, static_cast<int>(month / 3) + 1, *day, *hour, *minute, *second);
}

std::optional<Duration> parse_duration(std::string_view text) {
  long long count = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc() || count < 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  long long millis = 0;
  if (unit == "ms") millis = 1;
  if (unit == "s") millis = 1'000;
  if (unit == "m") millis = 60'000;
  if (unit == "h") millis = 3'600'000;
  if (unit == "d") millis = 86'400'000;
  if (millis == 0 || count > kLongest.count() / millis) return std::nullopt;
  return Duration(count * millis);
}

std::string format_duration(Duration duration) {
  struct Unit {
    long long millis;
    const char* name;
  };
  static constexpr std::array kUnits{Unit{86'400'000, "d"}, Unit{3'600'000, "h"}, Unit{60'000, "m"},
                                     Unit{1'000, "s"}};
  for (const Unit& unit : kUnits) {
    if (duration.count() != 0 && duration.count() % unit.millis == 0) {
      return fmt::format("{}{}", duration.count() / unit.millis, unit.name);
    }
  }
  return duration.count() == 0 ? "0s" : fmt::format("{}ms", duration.count());
}

std::string humanize(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (duration < 1s) return fmt::format("{} ms", duration.count());
  if (duration < 60s) return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000.0);
  if (duration < 1h) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  if (duration < 48h) return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86'400, seconds / 3600 % 24);
}

}  // namespace reeld
