#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace reeld {

/// Where a job is in its life; docs/architecture.md draws the picture.
enum class JobState {
  kScheduled,    ///< waits for its time: not_before, or the pause before a retry
  kQueued,       ///< may be claimed
  kHeld,         ///< a hold on the account, its batch or itself keeps it out of the queue
  kSubmitting,   ///< claimed; from the intent on it may have been sent
  kGenerating,   ///< accepted upstream, rendering
  kDownloading,  ///< rendered; its films are being stored
  kUnknown,      ///< it may have been accepted: never sent again before that is known
  kParked,       ///< only a person can say what happened to its submit
  kSucceeded,    ///< final: all films are published
  kFailed,       ///< final
  kCancelled,    ///< final
};

inline constexpr std::array kAllJobStates{
    JobState::kScheduled,  JobState::kQueued,      JobState::kHeld,     JobState::kSubmitting,
    JobState::kGenerating, JobState::kDownloading, JobState::kUnknown,  JobState::kParked,
    JobState::kSucceeded,  JobState::kFailed,      JobState::kCancelled};

/// The state's name in tables, JSON, metrics and on the screen: "queued".
std::string_view to_string(JobState state);

/// Nothing for a word that names no state.
std::optional<JobState> parse_job_state(std::string_view name);

/// Succeeded, failed and cancelled: nothing more happens unless somebody asks.
constexpr bool is_final(JobState state) {
  return state == JobState::kSucceeded || state == JobState::kFailed || state == JobState::kCancelled;
}

struct Transition {
  JobState from;
  JobState to;
};

/// Every change of state there is.
std::span<const Transition> all_transitions();

/// True when the table of transitions holds the pair.
bool may_become(JobState from, JobState to);

}  // namespace reeld
