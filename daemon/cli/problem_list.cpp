#include "daemon/cli/problem_list.hpp"

#include <fmt/format.h>

#include "daemon/cli/json_members.hpp"

namespace reeld::cli {

void print_problem(const std::string& file, const Problem& problem, bool json) {
  if (!json) {
    fmt::print("{}: {}\n", file, describe(problem));
    return;
  }
  fmt::print("{}\n", dump_json({{"kind", "problem"},
                                {"file", file},
                                {"line", problem.line},
                                {"pointer", problem.pointer},
                                {"message", problem.message}}));
}

void print_problems(const std::string& file, const Json& answer, bool json) {
  const Json& problems = array_of(answer, "problems");
  for (const Json& told : problems) {
    const Problem problem{static_cast<int>(number_of(told, "line")), text_of(told, "pointer"),
                          text_of(told, "message")};
    print_problem(file, problem, json);
  }
  const auto more = number_of(answer, "problem_count") - static_cast<std::int64_t>(problems.size());
  if (more > 0 && !json) fmt::print("{}: and {} more\n", file, more);
}

}  // namespace reeld::cli
