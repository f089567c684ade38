#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reeld::sim {

/// An exact amount of dollars, counted in ten-thousandths.
struct Money {
  std::int64_t units = 0;  ///< 1 = $0.0001

  friend constexpr auto operator<=>(Money, Money) = default;
  friend constexpr Money operator+(Money a, Money b) { return {a.units + b.units}; }
  friend constexpr Money operator-(Money a, Money b) { return {a.units - b.units}; }
  friend constexpr Money operator*(Money price, std::int64_t count) { return {price.units * count}; }
};

/// Reads "12", "0.48", "-3.0001". Nothing on other text, on more than four decimals, or past a billion
/// dollars.
std::optional<Money> parse_money(std::string_view text);

/// "0.48", "1000.00", "0.0147": two decimals, more where they count.
std::string format_money(Money amount);

}  // namespace reeld::sim
