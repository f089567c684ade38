#include "daemon/store/sqlite/person_job.hpp"

#include <fmt/format.h>

namespace reeld::store::sqlite {

std::optional<PersonJob> read_person_job(Connection& db, const JobId& id) {
  Query row = db.query(
      "SELECT batch_id, state, coalesce(intent_id, ''), coalesce(generation_id, ''), error_class,"
      " EXISTS (SELECT 1 FROM attempt a WHERE a.job_id = job.id AND a.outcome = 'open'),"
      " EXISTS (SELECT 1 FROM film f WHERE f.job_id = job.id AND f.published = 1),"
      " EXISTS (SELECT 1 FROM film f WHERE f.job_id = job.id AND f.generation_id = job.generation_id),"
      " EXISTS (SELECT 1 FROM batch b WHERE b.id = job.batch_id AND b.held <> '')"
      " FROM job WHERE id = ?1",
      id);
  if (!row.step()) return std::nullopt;
  PersonJob job;
  job.id = id;
  job.batch = row.text(0);
  job.state = parse_job_state(row.text(1)).value();
  job.intent = IntentId(row.text(2));
  job.generation = GenerationId(row.text(3));
  job.error_class = row.text(4);
  job.open_attempt = row.integer(5) != 0;
  job.film_published = row.integer(6) != 0;
  job.films_known = row.integer(7) != 0;
  job.batch_held = row.integer(8) != 0;
  return job;
}

void forget_troubles(Connection& db, const JobId& job, Time now) {
  db.run(
      "UPDATE job SET tries = 0, overdue = 0, deadline = CASE WHEN deadline <= ?2 THEN NULL ELSE deadline END"
      " WHERE id = ?1",
      job, now);
}

void move_by_person(Connection& db, const PersonJob& job, JobState to, const std::string& words, Time now) {
  if (!may_become(job.state, to)) {
    throw std::logic_error(
        fmt::format("job {} cannot go from {} to {}", job.id.str(), to_string(job.state), to_string(to)));
  }
  const std::optional<Time> finished = is_final(to) ? std::optional(now) : std::nullopt;
  db.run(
      "UPDATE job SET state = ?2, state_since = ?3, finished_at = ?4, due_at = NULL, waits_for = NULL, "
      "lease_no = lease_no + 1,"
      " error_class = '', error = '', generation_id = CASE WHEN ?2 <> 'queued' THEN generation_id END"
      " WHERE id = ?1",
      job.id, to_string(to), now, finished);
  add_event(db, Event{now, job.batch, job.id.str(), job.state, to, words});
}

}  // namespace reeld::store::sqlite
