#pragma once

#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "daemon/cli/trouble.hpp"

namespace reeld::cli {

/// Asks which jobs' ids begin or end with a part: {"jobs":[{"id"}]}
using Match = std::function<Answer(const std::string& part)>;

/// The id that `part` stands for: itself when it is whole, else the only one that begins or ends so. The
/// trouble says why there is none, with the candidates where there are several.
boost::system::result<std::string, Trouble> find_job(const std::string& part, const Match& match);

/// Ids from a pipe: one a line, blank lines skipped. A line may be JSON with an "id", as `reeld list --json`
/// prints it. kBadInput: a line that is neither.
Result<std::vector<std::string>> read_ids(std::istream& lines);

}  // namespace reeld::cli
