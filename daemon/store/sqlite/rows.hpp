#pragma once

#include "daemon/store/records.hpp"
#include "daemon/store/sqlite/connection.hpp"

/// Shared by the operations: reading whole records, checked changes of state, the history.
namespace reeld::store::sqlite {

/// Adds a line to the history of a job (or, with an empty id, of a batch).
struct Event {
  Time at{};
  std::string batch;
  std::string job;
  std::optional<JobState> from;
  std::optional<JobState> to;
  std::string text;
  Json detail = Json::object();
};
void add_event(Connection& db, const Event& event);

/// Changes the state of the job that the lease holds, if the table of transitions has it and the job is in
/// `move.from` under this lease; adds the event. kLeaseLost, kInternal.
Result<void> move_job(Connection& db, const Lease& lease, const Move& move, Time now);

/// The claimed job as its worker sees it, with its attempt and films.
ClaimedJob read_claimed(Connection& db, const std::string& job_id);

std::vector<Film> read_films(Connection& db, const JobId& job);
StateCounts read_counts(Connection& db);

/// kLeaseLost unless the job is in `state` under this lease.
Result<void> check_lease(Connection& db, const Lease& lease, JobState state);

/// Reserves every stem that a job with this output path and quantity will write; false, and nothing is, when
/// one of them is another job's.
bool reserve_stems(Connection& db, const JobId& job, const std::string& output_path, int quantity);

BatchSummary read_batch(const Query& row);
inline constexpr const char* kBatchColumns =
    "id, name, file_name, submitter, accepted_at, finished_at, jobs, succeeded, failed, cancelled";

}  // namespace reeld::store::sqlite
