#pragma once

#include <string>

#include "tests/simulator/http.hpp"

namespace reeld::sim {

/// Appends the status line and the headers of `answer` to `out`, the empty line included.
void append_head(std::string& out, const Answer& answer, Time now, bool keep_alive);

}  // namespace reeld::sim
