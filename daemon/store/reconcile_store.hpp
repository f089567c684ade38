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
  bool given_up = false;  ///< it is not looked for any more, but may have made what looks like another's
};

/// A job that has not ended.
struct WaitingJob {
  JobId job;
  Json spec;  ///< to_json(JobSpec)
};

/// The backup that a queue was restored from.
struct Restored {
  Time backed_up_at{};
  std::string account;  ///< that the last submit before it was made under; empty: there was none
};

/// Which job is looking for what became of its submit, and what was found. Errors: kConflict where the
/// attempt is not open any more, or the generation is on record: somebody heard the answer meanwhile.
class ReconcileStore : public Calls {
 public:
  /// Oldest first. Among them are submits that are just being sent, and those given up within a day.
  virtual Async<std::vector<OpenAttempt>> open_attempts() = 0;

  /// Those of `seen` that are on record for no job, living or pruned.
  virtual Async<std::vector<GenerationId>> unrecorded(std::vector<GenerationId> seen) = 0;

  /// The submit was accepted as `generation`. An unknown job renders on from here and is returned under a new
  /// lease; one that was cancelled or given up keeps the id.
  virtual Async<std::optional<ClaimedJob>> adopt(IntentId intent, GenerationId generation,
                                                 std::string words) = 0;

  /// The submit never arrived. An unknown job is queued again (`resend`) or parked.
  virtual Async<void> record_absent(IntentId intent, bool resend, std::string words) = 0;

  /// Nobody but a person can say which of `candidates` the submit became: an unknown job is parked. Where the
  /// job has ended, nobody waits for it: the submit is given up.
  virtual Async<void> record_ambiguous(IntentId intent, std::vector<GenerationId> candidates,
                                       std::string words) = 0;

  // A queue that was restored from a backup does not know what was sent since.

  /// What is known of the backup; nothing for a queue that was not restored, or was looked through since.
  virtual Async<std::optional<Restored>> restored_from() = 0;

  /// Up to `limit` jobs behind `after` (empty at first) that have not ended, by id.
  virtual Async<std::vector<WaitingJob>> unfinished_jobs(JobId after, int limit) = 0;

  /// The job may have been sent since the backup, as one of `candidates`. An unsent one is held, an unknown
  /// one parked; for one that renders they count as attempts.
  virtual Async<void> mark_sent_since(JobId job, std::vector<GenerationId> candidates, std::string words) = 0;

  /// The queue knows again what was sent.
  virtual Async<void> forget_restored() = 0;
};

}  // namespace reeld::store
