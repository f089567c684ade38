#pragma once

#include <vector>

#include "tests/matrix/row.hpp"
#include "tests/matrix/rows.hpp"

namespace reeld::matrix {

/// Plays a row to its end and judges it. What the machine refuses is a problem of the row, not an exception.
Tally play(const Row& row);

/// Plays a row without a kill and counts the passages of each crash point.
std::vector<Passages> count_passages(const Row& row);

}  // namespace reeld::matrix
