#include "common/job/state.hpp"

#include <algorithm>

namespace reeld {
namespace {

using enum JobState;

constexpr std::array kTransitions{
    Transition{kScheduled, kQueued},        // due
    Transition{kQueued, kHeld},             // a hold was put on
    Transition{kHeld, kQueued},             // and lifted
    Transition{kQueued, kSubmitting},       // claimed
    Transition{kSubmitting, kQueued},       // nothing was sent
    Transition{kSubmitting, kGenerating},   // an id was heard
    Transition{kSubmitting, kScheduled},    // refused for now: backoff
    Transition{kSubmitting, kFailed},       // refused for good
    Transition{kSubmitting, kUnknown},      // the outcome is not known
    Transition{kUnknown, kGenerating},      // found upstream and adopted
    Transition{kUnknown, kQueued},          // proved absent, to be sent again
    Transition{kUnknown, kParked},          // ambiguous, or absent and nobody said to send again
    Transition{kParked, kQueued},           // a person: resend
    Transition{kParked, kGenerating},       // a person: adopt this generation
    Transition{kParked, kFailed},           // a person: give up
    Transition{kGenerating, kDownloading},  // rendered
    Transition{kGenerating, kScheduled},    // the render failed, another attempt is allowed
    Transition{kGenerating, kFailed},       // the render failed, no further attempt
    Transition{kGenerating, kUnknown},      // adopted, but another job heard this id in its own answer
    Transition{kDownloading, kSucceeded},   // all films published
    Transition{kDownloading, kFailed},      // not stored within retry.download_for
    Transition{kScheduled, kFailed},        // its deadline passed
    Transition{kQueued, kFailed},
    Transition{kHeld, kFailed},
    Transition{kScheduled, kCancelled},  // asked for
    Transition{kQueued, kCancelled},
    Transition{kHeld, kCancelled},
    Transition{kSubmitting, kCancelled},
    Transition{kGenerating, kCancelled},
    Transition{kDownloading, kCancelled},
    Transition{kUnknown, kCancelled},
    Transition{kParked, kCancelled},
    Transition{kFailed, kQueued},  // retry
    Transition{kFailed, kGenerating},
    Transition{kFailed, kDownloading},
    Transition{kCancelled, kQueued},
    Transition{kCancelled, kGenerating},
    Transition{kCancelled, kDownloading},
};

}  // namespace

std::string_view to_string(JobState state) {
  switch (state) {
    case kScheduled:
      return "scheduled";
    case kQueued:
      return "queued";
    case kHeld:
      return "held";
    case kSubmitting:
      return "submitting";
    case kGenerating:
      return "generating";
    case kDownloading:
      return "downloading";
    case kUnknown:
      return "unknown";
    case kParked:
      return "parked";
    case kSucceeded:
      return "succeeded";
    case kFailed:
      return "failed";
    case kCancelled:
      return "cancelled";
  }
  return "unknown";
}

std::optional<JobState> parse_job_state(std::string_view name) {
  for (JobState state : kAllJobStates) {
    if (to_string(state) == name) return state;
  }
  return std::nullopt;
}

std::span<const Transition> all_transitions() {
  return kTransitions;
}

bool may_become(JobState from, JobState to) {
  return std::ranges::any_of(kTransitions, [&](const Transition& t) { return t.from == from && t.to == to; });
}

}  // namespace reeld
