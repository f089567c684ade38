#pragma once

#include <string>
#include <vector>

#include "tests/matrix/row.hpp"

namespace reeld::matrix {

/// Every action of the simulator at every stage where it means something.
std::vector<Row> fault_rows(int jobs);

/// Each stage with all its faults at once, striking different jobs.
std::vector<Row> mixed_rows(int jobs);

/// Jobs that are hard to tell apart when an answer is lost.
std::vector<Row> likeness_rows(int jobs);

/// How often each crash point is passed while a row's jobs are done: a first run, without a kill, tells.
struct Passages {
  std::string point;
  int times = 0;
};

/// A kill at each point, at its first passage and in the middle of them.
std::vector<Row> crash_rows(const std::vector<Passages>& points, int jobs);

/// The row that crash rows are made from, whose passages are counted.
Row crash_row(int jobs);

}  // namespace reeld::matrix
