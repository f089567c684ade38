#include "tests/simulator/money.hpp"

#include <charconv>

namespace reeld::sim {

namespace {

constexpr std::int64_t kUnitsPerDollar = 10'000;
constexpr std::int64_t kMaxDollars = 1'000'000'000;

std::optional<std::int64_t> parse_digits(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || text.front() == '-') return std::nullopt;
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Money> parse_money(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto dollars = parse_digits(text.substr(0, point));
  if (!dollars || *dollars > kMaxDollars) return std::nullopt;

  std::int64_t units = *dollars * kUnitsPerDollar;
  if (point != std::string_view::npos) {
    std::string decimals(text.substr(point + 1));
    if (decimals.empty() || decimals.size() > 4) return std::nullopt;
    decimals.resize(4, '0');
    const auto fraction = parse_digits(decimals);
    if (!fraction) return std::nullopt;
    units += *fraction;
  }
  return Money{negative ? -units : units};
}

std::string format_money(Money amount) {
  const bool negative = amount.units < 0;
  const std::int64_t units = negative ? -amount.units : amount.units;
  std::string decimals = std::to_string(units % kUnitsPerDollar + kUnitsPerDollar).substr(1);
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return (negative ? "-" : "") + std::to_string(units / kUnitsPerDollar) + "." + decimals;
}

}  // namespace reeld::sim
