#pragma once

#include <vector>

#include "tests/matrix/table.hpp"

namespace reeld::matrix {

/// Plays all rows, some side by side, in the order given in the result. `workers` is how many that keep the
/// machine busy run at a time; rows that mostly wait are all begun at once.
std::vector<Played> play_all(const std::vector<Row>& rows, int workers);

}  // namespace reeld::matrix
