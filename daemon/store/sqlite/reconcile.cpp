#include "daemon/store/sqlite/reconcile.hpp"

#include <fmt/format.h>

#include "daemon/store/sqlite/attempts.hpp"
#include "daemon/store/sqlite/ledger.hpp"

namespace reeld::store::sqlite {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kOperation = "store.reconcile";

/// The job of an attempt that is still open. kConflict where it is not.
Result<PersonJob> job_of_open(Connection& db, const IntentId& intent) {
  Query row = db.query("SELECT job_id FROM attempt WHERE intent_id = ?1 AND outcome = 'open'", intent);
  if (!row.step()) return Error{Errc::kConflict, kOperation, "the outcome of this submit is known by now"};
  auto job = read_person_job(db, JobId(row.text(0)));
  if (!job) return Error{Errc::kInternal, kOperation, "an open submit has lost its job"};
  return std::move(*job);
}

/// True when the job goes on with what becomes of the submit. One that is `submitting` has lost its run.
bool waits_for(const PersonJob& job, const IntentId& intent) {
  const bool waits =
      job.state == JobState::kUnknown || job.state == JobState::kParked || job.state == JobState::kSubmitting;
  return waits && job.intent == intent;
}

void park(Connection& db, PersonJob job, const std::string& words, Time now) {
  if (job.state == JobState::kSubmitting) {
    move_by_person(db, job, JobState::kUnknown, "nobody hears its answer any more", now);
    job.state = JobState::kUnknown;
  }
  if (job.state == JobState::kParked) return;
  move_by_person(db, job, JobState::kParked, words, now);
  db.run("UPDATE job SET error_class = 'maybe_sent', error = ?2 WHERE id = ?1", job.id, words);
}

}  // namespace

Result<std::vector<OpenAttempt>> open_attempts(Connection& db, Time now) {
  std::vector<OpenAttempt> all;
  Query row = db.query(
      "SELECT a.intent_id, a.job_id, j.state, a.body, a.base_url, a.account, a.upstream_at,"
      " coalesce(json_extract(j.spec, '$.if_absent'), ''), a.given_up"
      " FROM attempt a JOIN job j ON j.id = a.job_id"
      " WHERE a.outcome = 'open' AND (a.given_up = 0 OR a.intent_at > ?1) ORDER BY a.intent_at",
      now - 24h);
  while (row.step()) {
    OpenAttempt attempt;
    attempt.intent = IntentId(row.text(0));
    attempt.job = JobId(row.text(1));
    attempt.state = parse_job_state(row.text(2)).value();
    attempt.body = row.text(3);
    attempt.base_url = row.text(4);
    attempt.account = row.text(5);
    attempt.upstream_at = row.time(6);
    attempt.if_absent = row.text(7);
    attempt.given_up = row.integer(8) != 0;
    all.push_back(std::move(attempt));
  }
  return all;
}

Result<std::vector<GenerationId>> unrecorded(Connection& db, const std::vector<GenerationId>& seen) {
  std::vector<GenerationId> strangers;
  for (const GenerationId& id : seen) {
    Query row = db.query("SELECT 1 FROM attempt WHERE generation_id = ?1", id);
    if (!row.step()) strangers.push_back(id);
  }
  return strangers;
}

Result<void> give_generation(Connection& db, const JobId& job, const IntentId& intent,
                             const GenerationId& generation, Time now) {
  Query other = db.query("SELECT job_id FROM attempt WHERE generation_id = ?1", generation);
  if (other.step()) {
    return Error{Errc::kConflict, kOperation,
                 fmt::format("generation {} is on record for job {}", generation.str(), other.text(0))};
  }
  db.run(
      "UPDATE attempt SET outcome = 'accepted', generation_id = ?2, accepted_at = ?3, adopted = 1"
      " WHERE intent_id = ?1",
      intent, generation, now);
  db.run(
      "UPDATE job SET generation_id = ?2, accepted = accepted + 1, tries = 0 WHERE id = ?1 AND intent_id = "
      "?3",
      job, generation, intent);
  ledger::charge_estimate(db, intent, now);
  return {};
}

Result<std::optional<ClaimedJob>> adopt(Connection& db, const IntentId& intent,
                                        const GenerationId& generation, const std::string& words, Time now) {
  const auto job = job_of_open(db, intent);
  if (!job) return job.error();
  if (auto given = give_generation(db, job->id, intent, generation, now); !given) return given.error();
  if (waits_for(*job, intent)) {
    move_by_person(db, *job, JobState::kGenerating, words, now);
    return std::optional(read_claimed(db, job->id.str()));
  }
  if (auto noted = note(db, job->id, words, Json{{"generation", generation.str()}}, now); !noted)
    return noted.error();
  return std::optional<ClaimedJob>();
}

Result<void> record_absent(Connection& db, const IntentId& intent, bool resend, const std::string& words,
                           Time now) {
  const auto job = job_of_open(db, intent);
  if (!job) return job.error();
  db.run("UPDATE attempt SET outcome = 'not_sent' WHERE intent_id = ?1", intent);
  ledger::release(db, intent, now);
  if (!waits_for(*job, intent)) return note(db, job->id, words, Json::object(), now);
  if (resend) {
    move_by_person(db, *job, JobState::kQueued, words, now);
  } else {
    park(db, *job, words, now);
  }
  return {};
}

Result<void> record_ambiguous(Connection& db, const IntentId& intent,
                              const std::vector<GenerationId>& candidates, const std::string& words,
                              Time now) {
  const auto job = job_of_open(db, intent);
  if (!job) return job.error();
  Json ids = Json::array();
  for (const GenerationId& id : candidates) ids.push_back(id.str());
  const Json detail{{"candidates", std::move(ids)}};
  const bool waits = waits_for(*job, intent);
  if (waits) park(db, *job, words, now);
  if (!waits) db.run("UPDATE attempt SET given_up = 1 WHERE intent_id = ?1", intent);
  return note(db, job->id, waits ? "what it may have become" : words, detail, now);
}

bool take_back_adopted(Connection& db, const GenerationId& generation, const IntentId& heard_by, Time now) {
  IntentId adopter;
  std::optional<PersonJob> job;
  {
    Query row = db.query(
        "SELECT intent_id, job_id FROM attempt WHERE generation_id = ?1 AND adopted = 1 AND intent_id <> ?2",
        generation, heard_by);
    if (!row.step()) return false;
    adopter = IntentId(row.text(0));
    job = read_person_job(db, JobId(row.text(1)));
  }
  if (!job || job->state != JobState::kGenerating || job->generation != generation) return false;
  // Without its fingerprint where the submit that was heard just now has the same one and is open still.
  db.run(
      "UPDATE attempt SET outcome = 'open', generation_id = NULL, accepted_at = NULL, adopted = 0, "
      "fingerprint = CASE"
      " WHEN EXISTS (SELECT 1 FROM attempt b WHERE b.fingerprint = attempt.fingerprint AND b.fingerprint <> "
      "''"
      " AND b.outcome = 'open' AND b.given_up = 0) THEN '' ELSE fingerprint END WHERE intent_id = ?1",
      adopter);
  ledger::reopen(db, adopter, now);
  static constexpr std::string_view kWords =
      "the generation that it adopted was heard by another job in its own answer: it is looked for again";
  move_by_person(db, *job, JobState::kUnknown, std::string(kWords), now);
  db.run(
      "UPDATE job SET error_class = 'maybe_sent', error = ?2, generation_id = NULL, accepted = accepted - 1"
      " WHERE id = ?1",
      job->id, kWords);
  return true;
}

}  // namespace reeld::store::sqlite
