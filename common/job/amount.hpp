#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reeld {

/// The units that the service names. Budgets are in dollars.
inline constexpr std::string_view kDollars = "DOLLARS";
inline constexpr std::string_view kCredits = "CREDITS";

/// An exact amount of one unit. Money is never a floating point number here.
struct Amount {
  std::int64_t billionths = 0;

  friend constexpr auto operator<=>(Amount, Amount) = default;
  friend constexpr Amount operator+(Amount a, Amount b) { return {a.billionths + b.billionths}; }
  friend constexpr Amount operator-(Amount a, Amount b) { return {a.billionths - b.billionths}; }
  friend constexpr Amount operator*(Amount price, std::int64_t count) { return {price.billionths * count}; }
};

struct ReadAmount {
  Amount amount;
  bool exact = true;  ///< false: the text has more than nine decimals that count, and was rounded up
};

/// Reads a decimal without sign or exponent, below a billion: "12", "0.0147". Nothing on other text.
std::optional<ReadAmount> read_amount(std::string_view text);

/// "0.48", "1000.00", "0.0147" dollars, "300" credits: dollars with two decimals at least, more where they
/// count.
std::string format_amount(Amount amount, std::string_view unit = kDollars);

}  // namespace reeld
