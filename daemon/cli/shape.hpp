#pragma once

#include "common/util/json.hpp"
#include "daemon/cli/table.hpp"

namespace reeld::cli {

/// The unfinished jobs of an answer to /v1/stats by state and model, and by age, as Postfix's qshape shows a
/// mail queue: T is the total, each further column counts jobs up to so many minutes old, the last one the
/// older ones. The first row sums all.
Table shape_table(const Json& stats);

}  // namespace reeld::cli
