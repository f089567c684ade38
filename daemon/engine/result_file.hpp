#pragma once

#include <string>
#include <vector>

#include "common/util/json.hpp"
#include "daemon/store/records.hpp"

namespace reeld::engine {

/// The result file (PATH.json): what was asked for, what came of it, what it cost. docs/results.md describes
/// it.
///
/// `posters` are file names by film, "" where there is none.
Json result_file(const store::ClaimedJob& job, const std::vector<std::string>& posters,
                 const std::vector<std::string>& warnings, Time finished_at);

}  // namespace reeld::engine
