#include "common/util/crash_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tests/matrix/rows.hpp"

namespace reeld::matrix {

namespace {

/// Each name in the product's list is passed: a point that nothing reaches would test nothing.
void check_all_passed(const std::vector<Passages>& points) {
  for (const std::string_view name : crash::kAll) {
    const bool passed = std::ranges::any_of(points, [name](const Passages& point) {
      return point.point.substr(0, point.point.find('/')) == name;
    });
    if (!passed) throw std::runtime_error(fmt::format("no job passes the crash point {}", name));
  }
}

}  // namespace

Row crash_row(int jobs) {
  Row row{"none", "crash points", jobs};
  row.start_frames = true;
  // Some answers are lost, so that the ways out of not knowing are killed too.
  for (const char* action : {"drop_after", "drop_before"}) {
    sim::Fault fault;
    fault.on = "submit";
    fault.action = action;
    fault.times = 2;
    row.faults.push_back(fault);
  }
  return row;
}

std::vector<Row> crash_rows(const std::vector<Passages>& points, int jobs) {
  check_all_passed(points);
  std::vector<Row> rows;
  for (const Passages& point : points) {
    Row row = crash_row(jobs);
    row.fault = "SIGKILL";
    row.stage = point.point;
    row.kill = Kill{point.point, 1};
    rows.push_back(row);
    if (point.times < 4) continue;
    row.kill->passage = point.times / 2;
    row.stage += ", in the middle";
    row.if_absent = "resend";
    rows.push_back(row);
  }
  return rows;
}

}  // namespace reeld::matrix
