#pragma once

#include <string>

#include "common/job/spec.hpp"
#include "common/util/json.hpp"

namespace reeld::cli {

/// Prints one thing that is wrong with a file's job: "shots.jsonl: line 3: ...", or as JSON
/// {"kind":"problem", "file","line","pointer","message"}.
void print_problem(const std::string& file, const Problem& problem, bool json);

/// Prints what is wrong with the jobs of a file, a line each as `reeld check` does, from an answer's problems
/// and problem_count.
void print_problems(const std::string& file, const Json& answer, bool json = false);

}  // namespace reeld::cli
