#pragma once

#include "daemon/store/reconcile_store.hpp"
#include "daemon/store/sqlite/person_job.hpp"

/// A queue that was restored from a backup; reconcile_store.hpp says what each does.
namespace reeld::store::sqlite {

/// The error class of jobs that are held for having been sent since a backup: a release of their batch leaves
/// them.
inline constexpr std::string_view kSentSince = "sent_since";

Result<std::optional<Restored>> restored_from(Connection& db);
Result<std::vector<WaitingJob>> unfinished_jobs(Connection& db, const JobId& after, int limit);
Result<void> mark_sent_since(Connection& db, const JobId& job, const std::vector<GenerationId>& candidates,
                             const std::string& words, Time now);
Result<void> forget_restored(Connection& db);

}  // namespace reeld::store::sqlite
