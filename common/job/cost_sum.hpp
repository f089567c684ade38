#pragma once

#include <map>
#include <string>
#include <string_view>

namespace reeld {

/// The sum of two decimals without sign or exponent, exact: ("0.0147", "12") -> "12.0147".
std::string add_decimals(std::string_view a, std::string_view b);

/// Adds up costs by unit. Money is never a floating point number here.
class CostSum {
 public:
  /// Adds "0.0147 DOLLARS". False: not such a text, nothing was added.
  bool add(std::string_view cost);

  /// Sums by unit: {"DOLLARS", "0.0294"}.
  const std::map<std::string, std::string>& sums() const { return sums_; }

 private:
  std::map<std::string, std::string> sums_;
};

}  // namespace reeld
