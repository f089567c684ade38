#include "daemon/store/sqlite/restored.hpp"

#include "daemon/store/sqlite/attempts.hpp"

namespace reeld::store::sqlite {

Result<std::optional<Restored>> restored_from(Connection& db) {
  Query row = db.query("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'backed_up_at'");
  if (!row.step()) return std::optional<Restored>();
  Query last = db.query("SELECT account FROM attempt ORDER BY intent_at DESC LIMIT 1");
  return std::optional(Restored{row.time(0), last.step() ? last.text(0) : ""});
}

Result<std::vector<WaitingJob>> unfinished_jobs(Connection& db, const JobId& after, int limit) {
  std::vector<WaitingJob> jobs;
  // In the order of the primary key: by state there would be a sort of all that wait.
  Query row = db.query(
      "SELECT id, spec FROM job WHERE id > ?1 AND +state NOT IN ('succeeded', 'failed', 'cancelled')"
      " ORDER BY id LIMIT ?2",
      after, limit);
  while (row.step()) jobs.push_back({JobId(row.text(0)), row.json(1)});
  return jobs;
}

namespace {

/// Keeps an unsent job from being sent, whatever becomes of its batch.
void keep_back(Connection& db, PersonJob job, const std::string& words, Time now) {
  if (job.state == JobState::kScheduled) {
    move_by_person(db, job, JobState::kQueued, "looked at before its time", now);
    job.state = JobState::kQueued;
  }
  if (job.state == JobState::kQueued) move_by_person(db, job, JobState::kHeld, words, now);
  db.run("UPDATE job SET error_class = ?2, error = ?3 WHERE id = ?1", job.id, kSentSince, words);
}

}  // namespace

Result<void> mark_sent_since(Connection& db, const JobId& id, const std::vector<GenerationId>& candidates,
                             const std::string& words, Time now) {
  const auto job = read_person_job(db, id);
  if (!job) return Error{Errc::kNotFound, "store.mark_sent_since", "there is no job " + id.str()};
  switch (job->state) {
    case JobState::kScheduled:
    case JobState::kQueued:
    case JobState::kHeld:
      keep_back(db, *job, words, now);
      break;
    case JobState::kUnknown:
      move_by_person(db, *job, JobState::kParked, words, now);
      db.run("UPDATE job SET error_class = 'maybe_sent', error = ?2 WHERE id = ?1", id, words);
      break;
    case JobState::kGenerating:
    case JobState::kDownloading:
      // Should its render turn out to have failed, another was paid for already.
      db.run("UPDATE job SET accepted = accepted + ?2 WHERE id = ?1", id,
             static_cast<int>(candidates.size()));
      break;
    default:
      break;
  }
  Json ids = Json::array();
  for (const GenerationId& candidate : candidates) ids.push_back(candidate.str());
  return note(db, id, "what it may have become since the backup", Json{{"candidates", std::move(ids)}}, now);
}

Result<void> forget_restored(Connection& db) {
  db.run("DELETE FROM meta WHERE key = 'backed_up_at'");
  return {};
}

}  // namespace reeld::store::sqlite
