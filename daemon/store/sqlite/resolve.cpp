#include <fmt/format.h>

#include "common/util/uuid.hpp"
#include "daemon/store/sqlite/attempts.hpp"
#include "daemon/store/sqlite/ledger.hpp"
#include "daemon/store/sqlite/people.hpp"
#include "daemon/store/sqlite/person_job.hpp"
#include "daemon/store/sqlite/reconcile.hpp"

namespace reeld::store::sqlite {
namespace {

constexpr std::string_view kOperation = "store.resolve";

Error conflict(std::string words) {
  return Error{Errc::kConflict, kOperation, std::move(words)};
}

/// As the service writes them: whoever copies an id from elsewhere may have it in capitals.
GenerationId lower_case(const GenerationId& id) {
  std::string text = id.str();
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return GenerationId(std::move(text));
}

/// They never arrived.
void close_attempts(Connection& db, const JobId& job, Time now) {
  std::vector<IntentId> intents;
  Query row = db.query(
      "UPDATE attempt SET outcome = 'not_sent' WHERE job_id = ?1 AND outcome = 'open' RETURNING intent_id",
      job);
  while (row.step()) intents.emplace_back(row.text(0));
  for (const IntentId& intent : intents) ledger::release(db, intent, now);
}

Result<void> adopt(Connection& db, const PersonJob& job, const GenerationId& generation,
                   const std::string& by, Time now) {
  if (!is_uuid(generation.str()))
    return Error{Errc::kBadInput, kOperation, "a generation's id is a UUID, as the service's page shows it"};
  if (auto given = give_generation(db, job.id, job.intent, generation, now); !given) return given;
  move_by_person(db, job, JobState::kGenerating,
                 fmt::format("generation {} adopted{}", generation.str(), by_whom(by)), now);
  return {};
}

/// Gives a job up whose submit nobody can tell of. The attempt stays open: should the id be heard after all,
/// it is kept.
void give_up(Connection& db, PersonJob job, const std::string& by, Time now) {
  const std::string words = "given up" + by_whom(by) + ", without knowing whether its submit was accepted";
  if (job.state == JobState::kUnknown) {
    move_by_person(db, job, JobState::kParked, "a person decides" + by_whom(by), now);
    job.state = JobState::kParked;
  }
  move_by_person(db, job, JobState::kFailed, words, now);
  db.run("UPDATE job SET error_class = 'maybe_sent', error = ?2 WHERE id = ?1", job.id, words);
}

/// The job has ended, and nobody wants to know what became of its submit: its twins go on. A late answer is
/// kept.
Result<void> stop_waiting(Connection& db, const JobId& job, const std::string& by, Time now) {
  const int stopped =
      db.run("UPDATE attempt SET given_up = 1 WHERE job_id = ?1 AND outcome = 'open' AND given_up = 0", job);
  if (stopped == 0)
    return conflict("the job has ended, and what became of its submit is looked for no more already");
  return note(db, job, "what became of its submit is looked for no more" + by_whom(by), Json::object(), now);
}

}  // namespace

Result<ActionResult> resolve(Connection& db, const JobId& id, const Resolution& resolution,
                             const std::string& by, Time now) {
  const auto job = read_person_job(db, id);
  if (!job) return Error{Errc::kNotFound, kOperation, "there is no job " + id.str()};
  const bool has_ended = job->state == JobState::kFailed || job->state == JobState::kCancelled;
  const bool waits = job->state == JobState::kUnknown || job->state == JobState::kParked;
  if (!waits && !(has_ended && job->open_attempt)) {
    return conflict(
        fmt::format("the job is {}, and what became of its submits is known: there is nothing to resolve",
                    to_string(job->state)));
  }
  switch (resolution.verdict) {
    case Resolution::Verdict::kResend:
      close_attempts(db, id, now);
      move_by_person(db, *job, JobState::kQueued,
                     "to be sent again: it never arrived, says" + (by.empty() ? " a person" : " " + by), now);
      break;
    case Resolution::Verdict::kAdopt:
      if (auto adopted = adopt(db, *job, lower_case(resolution.generation), by, now); !adopted)
        return adopted.error();
      break;
    case Resolution::Verdict::kFail:
      if (has_ended) {
        if (auto noted = stop_waiting(db, id, by, now); !noted) return noted.error();
      } else {
        give_up(db, *job, by, now);
      }
      break;
  }
  if (resolution.verdict != Resolution::Verdict::kFail) forget_troubles(db, id, now);
  ActionResult result;
  const auto after = read_person_job(db, id);
  result.outcomes.push_back({id, after->state, "", after->generation});
  if (after->state == JobState::kGenerating) result.taken_up.push_back(read_claimed(db, id.str()));
  return result;
}

}  // namespace reeld::store::sqlite
