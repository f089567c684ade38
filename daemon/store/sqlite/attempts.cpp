#include "daemon/store/sqlite/attempts.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "daemon/store/sqlite/batch_holds.hpp"
#include "daemon/store/sqlite/budget.hpp"
#include "daemon/store/sqlite/ledger.hpp"
#include "daemon/store/sqlite/reconcile.hpp"

namespace reeld::store::sqlite {

namespace {

/// Two submits that the account's list cannot tell apart must not be unresolved at once.
Result<void> check_no_open_twin(Connection& db, const std::string& fingerprint) {
  if (fingerprint.empty()) return {};
  Query twin = db.query(
      "SELECT job_id FROM attempt WHERE fingerprint = ?1 AND fingerprint <> '' AND outcome = 'open' AND "
      "given_up = 0",
      fingerprint);
  if (!twin.step()) return {};
  return Error{Errc::kConflict, "store.intent",
               fmt::format("what became of the same submit by job {} is not known yet", twin.text(0))};
}

/// A generation belongs to one attempt, whatever an answer says.
Result<void> check_generation_is_free(Connection& db, const Acceptance& acceptance) {
  Query other = db.query("SELECT job_id FROM attempt WHERE generation_id = ?1 AND intent_id <> ?2",
                         acceptance.generation, acceptance.intent);
  if (!other.step()) return {};
  return Error{
      Errc::kConflict, "store.accepted",
      fmt::format("generation {} is on record for job {}", acceptance.generation.str(), other.text(0))};
}

/// Books what the submit cost. What is wrong with the money must not undo the record of the id: the
/// reservation stands then.
void charge(Connection& db, const JobId& job, const Acceptance& acceptance, Time now) {
  db.execute("SAVEPOINT charge");
  try {
    ledger::charge(db, acceptance, now);
    db.execute("RELEASE charge");
  } catch (const SqliteError& error) {
    if (!error.is_lasting() || db.lost_transaction()) throw;
    db.execute("ROLLBACK TO charge; RELEASE charge");
    spdlog::error("store: the cost of generation {} cannot be booked: {}", acceptance.generation.str(),
                  error.what());
    Query row = db.query("SELECT batch_id FROM job WHERE id = ?1", job);
    if (!row.step()) return;
    add_event(db, Event{now,
                        row.text(0),
                        job.str(),
                        {},
                        {},
                        "its cost cannot be booked; what was reserved for it stays so"});
  }
}

}  // namespace

Result<Admission> record_intent(Connection& db, const Lease& lease, const Intent& intent, Time now) {
  if (auto held = check_lease(db, lease, JobState::kSubmitting); !held) return held.error();
  if (auto alone = check_no_open_twin(db, intent.fingerprint); !alone) return alone.error();
  const auto admitted = budget::admit(db, lease, intent, now);
  if (!admitted || *admitted != Admission::kAdmitted) return admitted;
  db.run(
      "INSERT INTO attempt (intent_id, job_id, lease_no, seed, body, base_url, account, intent_at, "
      "upstream_at, fingerprint)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      intent.id, lease.job, std::int64_t{lease.lease_no}, intent.seed, intent.body, intent.base_url,
      intent.account, now, intent.upstream_time, intent.fingerprint);
  db.run("UPDATE job SET intent_id = ?2 WHERE id = ?1", lease.job, intent.id);
  auto noted = note(db, lease.job, fmt::format("sending with seed {}", intent.seed),
                    Json{{"intent", intent.id.str()}}, now);
  if (!noted) return noted.error();
  return Admission::kAdmitted;
}

Result<bool> record_accepted(Connection& db, const Lease& lease, const Acceptance& acceptance, Time now) {
  take_back_adopted(db, acceptance.generation, acceptance.intent, now);
  if (auto ours = check_generation_is_free(db, acceptance); !ours) return ours.error();
  db.run(
      "UPDATE attempt SET outcome = 'accepted', generation_id = ?2, accepted_at = ?3, cost_amount = ?4, "
      "cost_unit = ?5"
      " WHERE intent_id = ?1",
      acceptance.intent, acceptance.generation, now, acceptance.cost_amount, acceptance.cost_unit);
  charge(db, lease.job, acceptance, now);
  db.run(
      "UPDATE job SET generation_id = ?3, accepted = accepted + 1, tries = 0 WHERE id = ?1 AND intent_id = "
      "?2",
      lease.job, acceptance.intent, acceptance.generation);
  Move to_generating{JobState::kSubmitting, JobState::kGenerating, acceptance.event};
  to_generating.detail = Json{{"generation", acceptance.generation.str()}};
  const auto moved = move_job(db, lease, to_generating, now);
  if (moved) note_acceptance(db, lease.job);
  if (moved) return true;
  if (moved.error().code != Errc::kLeaseLost) return moved.error();
  // An error here would undo the record of the id, which must outlive any change of owner.
  if (auto noted = note(db, lease.job, acceptance.event + ", heard after the job had changed hands",
                        to_generating.detail, now);
      !noted) {
    return noted.error();
  }
  return false;
}

namespace {

/// What leaving `submitting` for `to` says about the attempt; nothing where its outcome stays open.
std::optional<std::string_view> attempt_outcome(JobState to) {
  switch (to) {
    case JobState::kQueued:
      return "not_sent";
    case JobState::kScheduled:
    case JobState::kFailed:
      return "refused";
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<void> close_attempt(Connection& db, const IntentId& intent, bool was_sent, Time now) {
  db.run("UPDATE attempt SET outcome = ?2 WHERE intent_id = ?1 AND outcome = 'open'", intent,
         was_sent ? "refused" : "not_sent");
  ledger::release(db, intent, now);
  return {};
}

Result<bool> forget_generation(Connection& db, const JobId& job, const GenerationId& generation, Time now) {
  const int forgotten = db.run(
      "UPDATE job SET generation_id = NULL WHERE id = ?1 AND generation_id = ?2 AND state = 'cancelled'", job,
      generation);
  if (forgotten == 0) return false;
  auto noted = note(db, job, "its generation is deleted from the account, as asked for; a retry renders anew",
                    Json{{"generation", generation.str()}}, now);
  if (!noted) return noted.error();
  return true;
}

Result<void> move(Connection& db, const Lease& lease, const Move& move, Time now) {
  // Before the job lets go of its generation.
  if (move.refunds) ledger::refund(db, lease.job, now);
  if (auto moved = move_job(db, lease, move, now); !moved) return moved;
  if (move.from == JobState::kSubmitting) {
    if (const auto outcome = attempt_outcome(move.to)) {
      db.run(
          "UPDATE attempt SET outcome = ?2 WHERE intent_id = (SELECT intent_id FROM job WHERE id = ?1)"
          " AND outcome = 'open'",
          lease.job, *outcome);
      ledger::release_current(db, lease.job, now);
    }
  }
  if (move.from == JobState::kSubmitting && move.to == JobState::kFailed) {
    note_refusal(db, lease.job, move.error_class, now);
  }
  if (move.to == JobState::kSucceeded) {
    Query missing = db.query("SELECT 1 FROM film WHERE job_id = ?1 AND published = 0", lease.job);
    if (missing.step()) {
      return Error{Errc::kInternal, "store.move",
                   "job " + lease.job.str() + " has films that are not published"};
    }
  }
  return {};
}

Result<void> note(Connection& db, const JobId& job, const std::string& text, const Json& detail, Time now) {
  Query row = db.query("SELECT batch_id FROM job WHERE id = ?1", job);
  if (!row.step()) return Error{Errc::kNotFound, "store.note", "there is no job " + job.str()};
  add_event(db, Event{now, row.text(0), job.str(), {}, {}, text, detail});
  return {};
}

Result<void> mark_overdue(Connection& db, const Lease& lease, const std::string& text, Time now) {
  if (auto held = check_lease(db, lease, JobState::kGenerating); !held) return held;
  db.run("UPDATE job SET overdue = 1 WHERE id = ?1", lease.job);
  return note(db, lease.job, text, Json::object(), now);
}

}  // namespace reeld::store::sqlite
