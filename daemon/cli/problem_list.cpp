#include "daemon/cli/problem_list.hpp"

#include <fmt/format.h>

#include "common/job/spec.hpp"
#include "daemon/cli/json_members.hpp"

namespace reeld::cli {

void print_problems(const std::string& file, const Json& answer) {
  const Json& problems = array_of(answer, "problems");
  for (const Json& told : problems) {
    const Problem problem{static_cast<int>(number_of(told, "line")), text_of(told, "pointer"),
                          text_of(told, "message")};
    fmt::print("{}: {}\n", file, describe(problem));
  }
  const auto more = number_of(answer, "problem_count") - static_cast<std::int64_t>(problems.size());
  if (more > 0) fmt::print("{}: and {} more\n", file, more);
}

}  // namespace reeld::cli
