#pragma once

#include "daemon/store/records.hpp"
#include "daemon/store/sqlite/connection.hpp"

/// Shared by the operations: reading whole records, checked changes of state, the history.
namespace reeld::store::sqlite {

/// A new line of the history: of a job, of a batch (without a job), or of the queue (without either). One
/// with a new state is a transition, whatever `kind` says.
struct Event {
  Time at{};
  std::string batch;
  std::string job;
  std::optional<JobState> from;
  std::optional<JobState> to;
  std::string text;
  Json detail = Json::object();
  EventKind kind = EventKind::kNote;
};
void add_event(Connection& db, const Event& event);

/// A row of the history, by these columns.
EventLine read_event(const Query& row);
inline constexpr const char* kEventColumns =
    "id, at, kind, coalesce(job_id, ''), batch_id, coalesce(from_state, ''), coalesce(to_state, ''), text, "
    "detail";

/// Changes the state of the job that the lease holds, if the table of transitions has it and the job is in
/// `move.from` under this lease; adds the event. kLeaseLost, kInternal.
Result<void> move_job(Connection& db, const Lease& lease, const Move& move, Time now);

/// The claimed job as its worker sees it, with its attempt and films.
ClaimedJob read_claimed(Connection& db, const std::string& job_id);

std::vector<Film> read_films(Connection& db, const JobId& job);
StateCounts read_counts(Connection& db);
std::optional<Pause> read_pause(Connection& db);

/// kLeaseLost unless the job is in `state` under this lease.
Result<void> check_lease(Connection& db, const Lease& lease, JobState state);

/// Reserves every stem that a job with this output path and quantity will write; false, and nothing is, when
/// one of them is another job's.
bool reserve_stems(Connection& db, const JobId& job, const std::string& output_path, int quantity);

BatchSummary read_batch(const Query& row);
inline constexpr const char* kBatchColumns =
    "id, name, file_name, submitter, accepted_at, finished_at, jobs, succeeded, failed, cancelled, held, "
    "sha256";

}  // namespace reeld::store::sqlite
