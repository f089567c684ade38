#include <fmt/format.h>

#include "common/util/clock.hpp"
#include "daemon/cli/doctor/checks.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli::checks {

Presence check_daemon(Control& control, bool needed, Findings& findings) {
  const Answer healthy = control.ask("/healthz");
  if (!healthy) {
    const bool absent = healthy.error().nobody();
    if (needed || !absent) {
      findings.problem("daemon", healthy.error().words);
    } else {
      findings.warning("daemon", "it is not running; `reeld serve` starts it");
    }
    return absent ? Presence::kAbsent : Presence::kUnclear;
  }
  findings.ok("daemon", fmt::format("reeld {} answers", text_of(*healthy, "version")));
  const Answer queue = control.ask("/v1/queue");
  if (!queue) {
    findings.problem("daemon", queue.error().words);
    return Presence::kAnswers;
  }
  if (const std::string trouble = text_of(*queue, "store_trouble"); !trouble.empty())
    findings.problem("queue", trouble);
  for (const std::string& words : queue_words(*queue, SystemClock().now())) {
    if (words != text_of(*queue, "store_trouble"))
      findings.warning("daemon", "nothing is submitted: " + words);
  }
  return Presence::kAnswers;
}

}  // namespace reeld::cli::checks
