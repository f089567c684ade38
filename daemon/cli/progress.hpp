#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/util/json.hpp"
#include "common/util/time.hpp"
#include "daemon/cli/terminal.hpp"

namespace reeld::cli {

/// "[#####-----]", `width` columns wide with its brackets; `fraction` from 0 to 1.
std::string progress_bar(double fraction, std::size_t width);

/// The jobs in flight as lines of a screen, each with its bar. Knows no terminal: live_lines.hpp draws.
class ProgressBoard {
 public:
  /// Takes in a Job, as the control API tells it, at `now` of a clock that never steps. A job that is not in
  /// flight (any more) leaves the board.
  void update(const Json& job, Duration now);

  void clear() { rows_.clear(); }
  bool empty() const { return rows_.empty(); }

  /// A line for each job, longest under way first: name, state, bar, elapsed time, and what is left where the
  /// daemon expects something. Takes half the terminal at most; a last line counts those that do not fit.
  std::vector<std::string> lines(Duration now, const Terminal& terminal) const;

 private:
  struct Row {
    std::string name;
    std::string state;
    Duration began{0};  ///< by the clock of `now`
    std::optional<Duration> expected;
  };

  static std::string line(const Row& row, Duration now, const Terminal& terminal);

  std::map<std::string, Row> rows_;  ///< by the job's id
};

}  // namespace reeld::cli
