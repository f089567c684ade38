#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/util/json.hpp"

namespace reeld::cli::checks {

enum class Verdict { kOk, kWarning, kProblem };

/// "ok", "warning", "problem".
std::string_view to_string(Verdict verdict);

/// What one check found.
struct Finding {
  std::string check;  ///< "key", "clock", "disk"
  Verdict verdict = Verdict::kOk;
  std::string words;  ///< what, where, and what to do
};

/// What all checks found, in their order.
class Findings {
 public:
  void ok(std::string_view check, std::string words) { add(check, Verdict::kOk, std::move(words)); }
  void warning(std::string_view check, std::string words) { add(check, Verdict::kWarning, std::move(words)); }
  void problem(std::string_view check, std::string words) { add(check, Verdict::kProblem, std::move(words)); }

  const std::vector<Finding>& all() const { return all_; }
  int count(Verdict verdict) const;

  /// {"healthy", "problems", "warnings", "checks": [{"check", "verdict", "words"}]}
  Json json() const;

 private:
  void add(std::string_view check, Verdict verdict, std::string words);

  std::vector<Finding> all_;
};

}  // namespace reeld::cli::checks
