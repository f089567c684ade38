#include "common/job/amount.hpp"

#include <charconv>

namespace reeld {
namespace {

constexpr std::int64_t kBillion = 1'000'000'000;
constexpr std::size_t kDecimals = 9;
constexpr std::size_t kMostWholeDigits = 9;

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::int64_t to_integer(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

std::optional<ReadAmount> read_amount(std::string_view text) {
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!is_digits(whole) || whole.size() > kMostWholeDigits) return std::nullopt;
  ReadAmount read{{to_integer(whole) * kBillion}};
  if (point == std::string_view::npos) return read;
  const std::string_view fraction = text.substr(point + 1);
  if (!is_digits(fraction)) return std::nullopt;
  std::string kept(fraction.substr(0, kDecimals));
  kept.append(kDecimals - kept.size(), '0');
  read.amount.billionths += to_integer(kept);
  read.exact =
      fraction.size() <= kDecimals || fraction.find_first_not_of('0', kDecimals) == std::string_view::npos;
  if (!read.exact) ++read.amount.billionths;
  return read;
}

std::string format_amount(Amount amount, std::string_view unit) {
  const bool negative = amount.billionths < 0;
  const std::int64_t billionths = negative ? -amount.billionths : amount.billionths;
  std::string decimals = std::to_string(billionths % kBillion + kBillion).substr(1);
  const std::size_t least = unit == kDollars ? 2 : 0;
  while (decimals.size() > least && decimals.back() == '0') decimals.pop_back();
  return (negative ? "-" : "") + std::to_string(billionths / kBillion) + (decimals.empty() ? "" : ".") +
         decimals;
}

}  // namespace reeld
