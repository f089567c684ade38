#include "common/job/cost_sum.hpp"

#include <algorithm>

namespace reeld {

namespace {

constexpr std::size_t kLongest = 64;

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_decimal(std::string_view text) {
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (text.size() > kLongest || whole.empty() || !is_digits(whole)) return false;
  if (point == std::string_view::npos) return true;
  const std::string_view fraction = text.substr(point + 1);
  return !fraction.empty() && is_digits(fraction);
}

/// The number with exactly `decimals` digits behind the point, which is left out.
std::string scaled(std::string_view number, std::size_t decimals) {
  const auto point = number.find('.');
  std::string digits(number.substr(0, point));
  const std::string_view fraction = point == std::string_view::npos ? "" : number.substr(point + 1);
  digits += fraction;
  digits.append(decimals - fraction.size(), '0');
  return digits;
}

std::size_t decimals_of(std::string_view number) {
  const auto point = number.find('.');
  return point == std::string_view::npos ? 0 : number.size() - point - 1;
}

}  // namespace

std::string add_decimals(std::string_view a, std::string_view b) {
  const std::size_t decimals = std::max(decimals_of(a), decimals_of(b));
  std::string left = scaled(a, decimals);
  std::string right = scaled(b, decimals);
  const std::size_t width = std::max({left.size(), right.size(), decimals + 1}) + 1;
  left.insert(0, width - left.size(), '0');
  right.insert(0, width - right.size(), '0');
  int carry = 0;
  for (std::size_t i = width; i-- > 0;) {
    const int digit = (left[i] - '0') + (right[i] - '0') + carry;
    left[i] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  if (decimals > 0) left.insert(width - decimals, 1, '.');
  const std::size_t last_whole = width - decimals - 1;
  left.erase(0, std::min(left.find_first_not_of('0'), last_whole));
  return left;
}

bool CostSum::add(std::string_view cost) {
  const auto space = cost.find(' ');
  if (space == std::string_view::npos || space + 1 == cost.size()) return false;
  const std::string_view amount = cost.substr(0, space);
  if (!is_decimal(amount)) return false;
  std::string& sum = sums_[std::string(cost.substr(space + 1))];
  sum = add_decimals(sum.empty() ? "0" : sum, amount);
  return true;
}

}  // namespace reeld
