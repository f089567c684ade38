#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/calls.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// A submit whose outcome is not on record.
struct OpenAttempt {
  IntentId intent;
  JobId job;
  JobState state = JobState::kUnknown;  ///< of its job
  std::string body;                     ///< as sent
  std::string base_url;
  std::string account;    ///< the account's user id
  Time upstream_at{};     ///< of the intent, by the service's clock
  std::string if_absent;  ///< the job's own wish; empty: none
};

/// A job that has not been sent.
struct WaitingJob {
  JobId job;
  Json spec;  ///< to_json(JobSpec)
};

/// Which job is looking for what became of its submit, and what was found. Errors: kConflict where the
/// attempt is not open any more, or the generation is on record: somebody heard the answer meanwhile.
class ReconcileStore : public Calls {
 public:
  /// Oldest first. Among them are submits that are just being sent.
  virtual Async<std::vector<OpenAttempt>> open_attempts() = 0;

  /// Those of `seen` that are on record for no job, living or pruned.
  virtual Async<std::vector<GenerationId>> unrecorded(std::vector<GenerationId> seen) = 0;

  /// The submit was accepted as `generation`. An unknown job renders on from here and is returned under a new
  /// lease; one that was cancelled or given up keeps the id.
  virtual Async<std::optional<ClaimedJob>> adopt(IntentId intent, GenerationId generation,
                                                 std::string words) = 0;

  /// The submit never arrived. An unknown job is queued again (`resend`) or parked.
  virtual Async<void> record_absent(IntentId intent, bool resend, std::string words) = 0;

  /// Nobody but a person can say which of `candidates` the submit became: an unknown job is parked.
  virtual Async<void> record_ambiguous(IntentId intent, std::vector<GenerationId> candidates,
                                       std::string words) = 0;

  // A queue that was restored from a backup does not know what was sent since.

  /// When this queue was copied; nothing for one that was not, or was looked through since.
  virtual Async<std::optional<Time>> restored_from() = 0;

  /// Up to `limit` unsent jobs behind `after` (empty at first), by id.
  virtual Async<std::vector<WaitingJob>> waiting_jobs(JobId after, int limit) = 0;

  /// Holds an unsent job that may have been sent since the backup.
  virtual Async<void> hold_sent_since(JobId job, std::vector<GenerationId> candidates, std::string words) = 0;

  /// The queue knows again what was sent.
  virtual Async<void> forget_restored() = 0;
};

}  // namespace reeld::store
