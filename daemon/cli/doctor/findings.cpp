#include "daemon/cli/doctor/findings.hpp"

#include <algorithm>

namespace reeld::cli::checks {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kWarning:
      return "warning";
    case Verdict::kProblem:
      return "problem";
  }
  return "problem";
}

int Findings::count(Verdict verdict) const {
  return static_cast<int>(std::ranges::count(all_, verdict, &Finding::verdict));
}

Json Findings::json() const {
  Json checks = Json::array();
  for (const Finding& finding : all_) {
    checks.push_back(
        {{"check", finding.check}, {"verdict", to_string(finding.verdict)}, {"words", finding.words}});
  }
  return {{"healthy", count(Verdict::kProblem) == 0},
          {"problems", count(Verdict::kProblem)},
          {"warnings", count(Verdict::kWarning)},
          {"checks", std::move(checks)}};
}

void Findings::add(std::string_view check, Verdict verdict, std::string words) {
  all_.push_back({std::string(check), verdict, std::move(words)});
}

}  // namespace reeld::cli::checks
