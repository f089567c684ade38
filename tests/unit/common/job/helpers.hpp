#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/job/catalogue.hpp"

namespace reeld::test {

/// A Json value from text that is right.
inline Json json(std::string_view text) {
  return parse_json(text).value();
}

inline const Catalogue& catalogue() {
  static const Catalogue built_in = Catalogue::embedded();
  return built_in;
}

/// The smallest job, with `parameters` (members with a comma behind each) before its own and `rest` behind
/// it.
inline std::string job_text(std::string_view parameters = "", std::string_view rest = "",
                            std::string_view model = "ltxv-2.0-pro") {
  std::string text = "{\"model\":\"" + std::string(model) + "\",\"parameters\":{";
  text += parameters;
  text += "\"prompt\":\"rain\",\"duration\":8}";
  text += rest;
  return text + "}";
}

/// The same with members of `reeld`.
inline std::string own_text(std::string_view own) {
  return job_text("", ",\"reeld\":{" + std::string(own) + "}");
}

/// What is wrong with the job, a line for each problem; "" for a valid one.
inline std::string problems(std::string_view text) {
  std::string lines;
  const CheckedJob checked = check_job(json(text), catalogue());
  EXPECT_EQ(checked.spec.has_value(), checked.problems.empty());
  for (const Problem& problem : checked.problems) lines += (lines.empty() ? "" : "\n") + describe(problem);
  return lines;
}

/// The spec of a job that must be valid.
inline JobSpec spec(std::string_view text) {
  CheckedJob checked = check_job(json(text), catalogue());
  for (const Problem& problem : checked.problems) ADD_FAILURE() << describe(problem);
  return checked.spec.value_or(JobSpec{});
}

/// The body that a valid job sends.
inline Json request(std::string_view text, std::int64_t seed = 7) {
  const JobSpec valid = spec(text);
  const Model* model = catalogue().find(valid.model);
  return model == nullptr ? Json() : build_request(valid, *model, seed);
}

/// A row of a table of rules.
struct Rule {
  std::string job;
  std::string problem;  ///< "" where the job is valid
};

inline void check_rules(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) EXPECT_EQ(problems(rule.job), rule.problem) << rule.job.substr(0, 300);
}

}  // namespace reeld::test
