#pragma once

#include <string>

#include "common/util/json.hpp"

namespace reeld::cli {

/// Prints what is wrong with the jobs of a file, a line each as `reeld check` does, from an answer's problems
/// and problem_count.
void print_problems(const std::string& file, const Json& answer);

}  // namespace reeld::cli
