#include "daemon/app/status_line.hpp"

#include <fmt/format.h>

#include "common/job/state.hpp"

namespace reeld::app {
namespace {

/// Why nothing is submitted, most important first; "" where nothing stands in the way.
std::string obstacle(const engine::Situation& situation) {
  if (!situation.store_trouble.empty()) return situation.store_trouble;
  if (!situation.disk_low.empty()) return situation.disk_low;
  if (!situation.account_hold.empty()) return "submits are held: " + situation.account_hold;
  if (!situation.pause) return "";
  return situation.pause->reason.empty() ? "paused" : "paused: " + situation.pause->reason;
}

}  // namespace

std::string status_line(const store::StateCounts& counts, const engine::Situation& situation) {
  std::string line;
  for (const auto& [state, jobs] : counts) {
    if (jobs > 0) line += fmt::format("{}{} {}", line.empty() ? "" : ", ", jobs, to_string(state));
  }
  if (line.empty()) line = "no jobs";
  const std::string words = obstacle(situation);
  return words.empty() ? line : line + "; " + words;
}

}  // namespace reeld::app
