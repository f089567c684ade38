#include "daemon/store/sqlite/restored.hpp"

#include "daemon/store/sqlite/attempts.hpp"

namespace reeld::store::sqlite {

Result<std::optional<Time>> restored_from(Connection& db) {
  Query row = db.query("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'backed_up_at'");
  if (!row.step()) return std::optional<Time>();
  return std::optional(row.time(0));
}

Result<std::vector<WaitingJob>> waiting_jobs(Connection& db, const JobId& after, int limit) {
  std::vector<WaitingJob> jobs;
  Query row = db.query(
      "SELECT id, spec FROM job WHERE id > ?1 AND state IN ('scheduled', 'queued', 'held') ORDER BY id LIMIT "
      "?2",
      after, limit);
  while (row.step()) jobs.push_back({JobId(row.text(0)), row.json(1)});
  return jobs;
}

Result<void> hold_sent_since(Connection& db, const JobId& id, const std::vector<GenerationId>& candidates,
                             const std::string& words, Time now) {
  auto job = read_person_job(db, id);
  if (!job) return Error{Errc::kNotFound, "store.hold_sent_since", "there is no job " + id.str()};
  if (job->state == JobState::kScheduled) {
    move_by_person(db, *job, JobState::kQueued, "looked at before its time", now);
    job->state = JobState::kQueued;
  }
  const bool moved = job->state == JobState::kQueued;
  if (moved) move_by_person(db, *job, JobState::kHeld, words, now);
  Json ids = Json::array();
  for (const GenerationId& candidate : candidates) ids.push_back(candidate.str());
  return note(db, id, moved ? "what it may have become" : words, Json{{"candidates", std::move(ids)}}, now);
}

Result<void> forget_restored(Connection& db) {
  db.run("DELETE FROM meta WHERE key = 'backed_up_at'");
  return {};
}

}  // namespace reeld::store::sqlite
