#pragma once

#include <string>
#include <vector>

#include "tests/matrix/row.hpp"

namespace reeld::matrix {

struct Played {
  Row row;
  Tally tally;
};

/// The matrix as text: a line for each row, and the sum.
std::string table(const std::vector<Played>& played);

/// Whether nothing was lost or duplicated, at least 99.9% of what was not known was resolved, and three of
/// four kills in the middle of a run struck.
bool is_good(const std::vector<Played>& played);

}  // namespace reeld::matrix
