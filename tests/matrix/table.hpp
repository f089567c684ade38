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

/// Whether nothing was lost or duplicated, and at least 99.9% of what was not known was resolved.
bool is_good(const std::vector<Played>& played);

}  // namespace reeld::matrix
