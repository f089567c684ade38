#pragma once

#include <functional>

#include "daemon/cli/control.hpp"
#include "daemon/cli/terminal.hpp"
#include "daemon/cli/watched.hpp"

namespace reeld::cli {

/// How the progress of jobs is shown.
enum class FollowStyle {
  kBars,   ///< a bar for each job in flight, redrawn in place; what ended scrolls away above
  kLines,  ///< a line for each event
  kJson,   ///< a JSON object for each event
  kQuiet,  ///< not at all
};

/// The style for standard output.
FollowStyle follow_style(const Terminal& terminal, bool json);

/// Shows what becomes of the jobs until they are at rest; the exit code for what became of them. Goes on
/// after a restart of the daemon.
/// `interrupted`, where set, says that the daemon winds down for good: then it ends with the stream of
/// events. Events are shown from now on, or behind the one with the id `after`.
int follow(Control& control, Watched& watched, FollowStyle style, const Terminal& terminal,
           std::function<bool()> interrupted = nullptr, std::string after = "");

}  // namespace reeld::cli
