#include "common/job/time_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace reeld {
namespace {

using std::chrono::seconds;

Error bad_zone(std::string detail) {
  return Error{Errc::kBadInput, "time_zone.read", std::move(detail)};
}

/// Reads the big-endian number of `bytes` bytes at `offset`; the caller has checked that they are there.
std::int64_t number_at(std::string_view data, std::size_t offset, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8U | static_cast<unsigned char>(data[offset + i]);
  if (bytes == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  return static_cast<std::int64_t>(value);
}

constexpr std::size_t kHeader = 44;

/// How many of each kind of entry a block has, in the order of its header.
struct Counts {
  std::size_t utc_flags, standard_flags, leaps, times, types, letters;

  std::size_t block(std::size_t time_bytes) const {
    return times * (time_bytes + 1) + types * 6 + letters + leaps * (time_bytes + 4) + standard_flags +
           utc_flags;
  }
};

std::optional<Counts> read_counts(std::string_view data) {
  if (data.size() < kHeader || !data.starts_with("TZif")) return std::nullopt;
  std::size_t n[6];
  for (std::size_t i = 0; i < 6; ++i) {
    const std::int64_t count = number_at(data, 20 + 4 * i, 4);
    if (count < 0 || count > 100'000) return std::nullopt;
    n[i] = static_cast<std::size_t>(count);
  }
  return Counts{n[0], n[1], n[2], n[3], n[4], n[5]};
}

/// Takes [+-]hh[:mm[:ss]] from the front of a rule.
std::optional<seconds> take_clock(std::string_view& rule) {
  const bool negative = rule.starts_with('-');
  if (negative || rule.starts_with('+')) rule.remove_prefix(1);
  std::int64_t total = 0;
  for (std::int64_t unit : {3600, 60, 1}) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < rule.size() && digits < 4 && rule[digits] >= '0' && rule[digits] <= '9'; ++digits) {
      value = value * 10 + (rule[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    rule.remove_prefix(digits);
    total += value * unit;
    if (!rule.starts_with(':')) break;
    rule.remove_prefix(1);
  }
  return seconds(negative ? -total : total);
}

/// Takes a zone's abbreviation, "CET" or "<+03>", from the front of a rule.
bool take_abbreviation(std::string_view& rule) {
  std::size_t length = 0;
  if (rule.starts_with('<')) {
    length = rule.find('>') + 1;
  } else {
    while (length < rule.size() && ((rule[length] | 0x20) >= 'a' && (rule[length] | 0x20) <= 'z')) ++length;
  }
  rule.remove_prefix(std::min(length, rule.size()));
  return length > 0;
}

/// Takes ",M10.5.0/3" and gives the moment that it means in `year`, in local time without an offset.
std::optional<seconds> take_change(std::string_view& rule, std::chrono::year year) {
  using namespace std::chrono;
  if (!rule.starts_with(",M")) return std::nullopt;
  rule.remove_prefix(2);
  unsigned fields[3] = {0, 0, 0};
  for (std::size_t i = 0; i < 3; ++i) {
    while (!rule.empty() && rule.front() >= '0' && rule.front() <= '9' && fields[i] < 100) {
      fields[i] = fields[i] * 10 + static_cast<unsigned>(rule.front() - '0');
      rule.remove_prefix(1);
    }
    if (i < 2 && !rule.starts_with('.')) return std::nullopt;
    if (i < 2) rule.remove_prefix(1);
  }
  if (fields[0] < 1 || fields[0] > 12 || fields[1] < 1 || fields[1] > 5 || fields[2] > 6) return std::nullopt;
  seconds clock = hours(2);
  if (rule.starts_with('/')) {
    rule.remove_prefix(1);
    const auto written = take_clock(rule);
    if (!written) return std::nullopt;
    clock = *written;
  }
  const auto month_of_year = year / month(fields[0]);
  const sys_days day = fields[1] == 5 ? sys_days(month_of_year / weekday(fields[2])[last])
                                      : sys_days(month_of_year / weekday(fields[2])[fields[1]]);
  return day.time_since_epoch() + clock;
}

}  // namespace

bool is_zone_name(std::string_view name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  });
  return plain && !name.empty() && name.size() <= 64 && name.front() != '/' && name.back() != '/';
}

Result<seconds> zone_offset(std::string_view tzif, Time instant) {
  const auto old_counts = read_counts(tzif);
  if (!old_counts || tzif[4] < '2') return bad_zone("not a zone file of version 2");
  const std::size_t second = kHeader + old_counts->block(4);
  const auto counts = second < tzif.size() ? read_counts(tzif.substr(second)) : std::nullopt;
  if (!counts || counts->types == 0 || tzif.size() < second + kHeader + counts->block(8)) {
    return bad_zone("cut off");
  }
  const std::string_view block = tzif.substr(second + kHeader);
  const std::int64_t when = std::chrono::floor<seconds>(instant).time_since_epoch().count();
  std::size_t passed = 0;
  while (passed < counts->times && number_at(block, 8 * passed, 8) <= when) ++passed;

  std::string_view footer = block.substr(counts->block(8));
  if (passed == counts->times && footer.size() > 2) {
    footer = footer.substr(1, footer.find('\n', 1) - 1);
    return rule_offset(footer, instant);
  }
  // Before the first transition type 0 holds.
  const std::size_t kinds = 8 * counts->times;
  const std::size_t kind = passed == 0 ? 0 : static_cast<unsigned char>(block[kinds + passed - 1]);
  if (kind >= counts->types) return bad_zone("a transition to an unknown type");
  return seconds(number_at(block, kinds + counts->times + 6 * kind, 4));
}

Result<seconds> rule_offset(std::string_view rule, Time instant) {
  using namespace std::chrono;
  if (!take_abbreviation(rule)) return bad_zone("a rule without a name");
  const auto behind = take_clock(rule);
  if (!behind) return bad_zone("a rule without an offset");
  // A rule counts how far local time is behind UTC.
  const seconds standard = -*behind;
  if (!take_abbreviation(rule)) return standard;
  seconds summer = standard + hours(1);
  if (!rule.empty() && rule.front() != ',') {
    const auto written = take_clock(rule);
    if (!written) return bad_zone("a rule with a broken offset");
    summer = -*written;
  }
  const auto when = floor<seconds>(instant).time_since_epoch();
  const year now_year = year_month_day(floor<days>(instant + standard)).year();
  const auto start = take_change(rule, now_year);
  const auto end = start ? take_change(rule, now_year) : std::nullopt;
  if (!start || !end) return standard;
  const seconds from = *start - standard;
  const seconds until = *end - summer;
  const bool in_summer = from < until ? when >= from && when < until : when >= from || when < until;
  return in_summer ? summer : standard;
}

}  // namespace reeld
