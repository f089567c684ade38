#include "daemon/api/waiting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reeld::api {

using engine::Situation;
using store::JobLine;

namespace {

std::string from_now(Duration duration) {
  return humanize(std::max(duration, Duration(0)));
}

std::string why_scheduled(const JobLine& job, Time now) {
  if (!job.due_at || *job.due_at <= now) return "it is due: the queue takes it up now";
  // It waits for another job's submit; the time is only when it is looked at again if nothing is heard of
  // that.
  if (job.error_class == "twin" || job.error_class == "price") return job.error;
  const std::string reason = job.error.empty() ? "" : fmt::format(", after: {}", job.error);
  return fmt::format("not due until {} (in {}){}", format_time(*job.due_at), from_now(*job.due_at - now),
                     reason);
}

std::string why_held(const std::string& reason) {
  if (reason.empty()) return "held; `reeld release` lets it go on";
  return fmt::format("held: {}; `reeld release` lets it go on", reason);
}

std::string why_paused(const store::Pause& pause) {
  std::string words = fmt::format("the queue is paused since {}", format_time(pause.since));
  if (!pause.by.empty()) words += " by " + pause.by;
  if (!pause.reason.empty()) words += ": " + pause.reason;
  return words;
}

/// Why nothing is submitted just now; "" when something may be.
std::string why_no_submits(const Situation& situation) {
  if (situation.stopping) return "the daemon is stopping";
  if (!situation.store_trouble.empty()) return situation.store_trouble;
  if (situation.pause) return why_paused(*situation.pause);
  if (!situation.account_hold.empty()) {
    return fmt::format("submits are held: {} (asked again in {})", situation.account_hold,
                       from_now(situation.probe_in));
  }
  return situation.disk_low;
}

std::string why_queued(const Situation& situation) {
  if (std::string words = why_no_submits(situation); !words.empty()) return words;
  if (situation.window > 0 && situation.in_flight >= situation.window) {
    return fmt::format("{} of {} renders are in flight", situation.in_flight, situation.window);
  }
  if (situation.submit_wait > Duration(0)) {
    return fmt::format("the rate limit lets the next submit through in {}", from_now(situation.submit_wait));
  }
  return "waits for its turn";
}

std::string why_downloading(const Situation& situation) {
  if (!situation.downloads_paused.empty()) return situation.downloads_paused;
  if (situation.max_downloads > 0 && situation.downloads > situation.max_downloads) {
    return fmt::format("{} films are on their way or wait for one of {} downloads", situation.downloads,
                       situation.max_downloads);
  }
  return {};
}

}  // namespace

std::string why_waiting(const JobLine& job, const std::string& hold_reason, const Situation& situation,
                        Time now) {
  switch (job.state) {
    case JobState::kScheduled:
      return why_scheduled(job, now);
    case JobState::kHeld:
      return why_held(hold_reason);
    case JobState::kQueued:
      return why_queued(situation);
    case JobState::kSubmitting:
      return why_no_submits(situation);
    case JobState::kGenerating:
      return job.overdue ? "it renders for longer than expected; it is still asked for" : "";
    case JobState::kDownloading:
      return why_downloading(situation);
    case JobState::kUnknown:
      return "the outcome of its submit is not known: it is looked for in the list of the account that it "
             "was "
             "sent to, and not sent again before that is certain (`reeld resolve` says it at once)";
    case JobState::kParked:
      return "only a person can say what became of its submit (`reeld resolve`)";
    case JobState::kSucceeded:
    case JobState::kFailed:
    case JobState::kCancelled:
      return {};
  }
  return {};
}

}  // namespace reeld::api
