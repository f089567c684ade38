#include "daemon/store/sqlite/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/job/fingerprint.hpp"
#include "common/util/uuid.hpp"

namespace reeld::store::sqlite {
namespace {

using namespace std::chrono_literals;

struct JobRow {
  std::string id;
  std::string batch;
  std::optional<JobState> from;
};

/// Rows of (id, batch, state before), read to the end: the table may then be changed.
std::vector<JobRow> read_rows(Query query) {
  std::vector<JobRow> rows;
  while (query.step()) rows.push_back(JobRow{query.text(0), query.text(1), parse_job_state(query.text(2))});
  return rows;
}

/// scheduled -> queued for what is due. At most 1,000 at once: the rest comes with the next claim.
void promote_due(Connection& db, Time now) {
  const auto due = read_rows(db.query(
      "SELECT id, batch_id, state FROM job INDEXED BY job_due WHERE state = 'scheduled' AND due_at <= ?1 "
      "ORDER BY due_at LIMIT 1000",
      now));
  for (const JobRow& job : due) {
    db.run(
        "UPDATE job SET state = 'queued', state_since = ?2, due_at = NULL, waits_for = NULL,"
        " error_class = CASE WHEN waits_for IS NULL THEN error_class ELSE '' END,"
        " error = CASE WHEN waits_for IS NULL THEN error ELSE '' END WHERE id = ?1",
        job.id, now);
    add_event(db, Event{now, job.batch, job.id, job.from, JobState::kQueued, "due"});
  }
}

/// Fails unsent jobs whose deadline passed. At most 1,000 at once.
void fail_overdue_deadlines(Connection& db, Time now) {
  const auto late =
      read_rows(db.query("SELECT id, batch_id, state FROM job INDEXED BY job_deadline WHERE deadline <= ?1 "
                         "AND deadline IS NOT NULL"
                         " AND state IN ('scheduled', 'queued', 'held') ORDER BY deadline LIMIT 1000",
                         now));
  static constexpr std::string_view kWords = "its deadline passed";
  for (const JobRow& job : late) {
    db.run(
        "UPDATE job SET state = 'failed', state_since = ?2, finished_at = ?2, due_at = NULL,"
        " error_class = 'deadline', error = ?3 WHERE id = ?1",
        job.id, now, kWords);
    add_event(db, Event{now, job.batch, job.id, job.from, JobState::kFailed, std::string(kWords)});
  }
}

std::optional<Time> earliest_of(Query row) {
  if (!row.step() || row.is_null(0)) return std::nullopt;
  return row.time(0);
}

std::optional<Time> next_due(Connection& db, bool with_deadlines) {
  const auto due =
      earliest_of(db.query("SELECT MIN(due_at) FROM job INDEXED BY job_due WHERE state = 'scheduled'"));
  if (!with_deadlines) return due;
  const auto deadline =
      earliest_of(db.query("SELECT MIN(deadline) FROM job INDEXED BY job_deadline WHERE deadline IS NOT NULL"
                           " AND state IN ('scheduled', 'queued', 'held')"));
  return due && deadline ? std::min(*due, *deadline) : due ? due : deadline;
}

/// A submit whose outcome nobody knows stands in the way of its twins, by fingerprint: the job that made it.
using Unresolved = std::map<std::string, std::string>;

Unresolved read_unresolved(Connection& db) {
  Unresolved unresolved;
  Query row = db.query(
      "SELECT a.fingerprint, a.job_id FROM attempt a JOIN job j ON j.id = a.job_id"
      " WHERE a.outcome = 'open' AND a.given_up = 0 AND a.fingerprint <> '' AND j.state <> 'submitting'");
  while (row.step()) unresolved.emplace(row.text(0), row.text(1));
  return unresolved;
}

struct Twin {
  std::string id;
  std::string fingerprint;
};

/// What stands at the head of the queue.
struct Head {
  std::vector<std::string> ids;   ///< to be claimed
  std::vector<std::string> held;  ///< of held batches: they leave the queue when their turn comes
  std::vector<Twin> twins;        ///< of unresolved submits: they leave it too

  std::size_t in_the_way() const { return held.size() + twins.size(); }
};

/// Jobs that may not be sent which one claim moves out of the way at the most.
constexpr std::size_t kMostMovedAtOnce = 1'000;

/// Reads the head of the queue; what is past its deadline is left for the step that fails it.
Head pick(Connection& db, int limit, Time now) {
  Head head;
  std::int64_t round = 0;
  const Unresolved unresolved = read_unresolved(db);
  Query row = db.query(
      "SELECT j.id, j.rank, b.held <> '', j.spec FROM job j INDEXED BY job_claim JOIN batch b ON b.id = "
      "j.batch_id"
      " WHERE j.state = 'queued' AND (j.deadline IS NULL OR j.deadline > ?1)"
      " ORDER BY j.priority DESC, j.rank, j.id",
      now);
  while (static_cast<int>(head.ids.size()) < limit && head.in_the_way() < kMostMovedAtOnce && row.step()) {
    if (row.integer(2) != 0) {
      head.held.push_back(row.text(0));
      continue;
    }
    round = std::max(round, row.integer(1));
    std::string print = unresolved.empty() ? "" : fingerprint(job_spec_from_json(row.json(3)));
    if (unresolved.contains(print)) {
      head.twins.push_back({row.text(0), std::move(print)});
    } else {
      head.ids.push_back(row.text(0));
    }
  }
  db.run("UPDATE meta SET value = ?1 WHERE key = 'round' AND CAST(value AS INTEGER) < ?1", round);
  return head;
}

/// queued -> held for a job whose batch is held.
void hold(Connection& db, const std::string& id, Time now) {
  Query row =
      db.query("SELECT j.batch_id, b.held FROM job j JOIN batch b ON b.id = j.batch_id WHERE j.id = ?1", id);
  row.step();
  db.run("UPDATE job SET state = 'held', state_since = ?2 WHERE id = ?1", id, now);
  add_event(db, Event{now, row.text(0), id, JobState::kQueued, JobState::kHeld,
                      "its batch is held: " + row.text(1)});
}

/// queued -> scheduled for the twin of an unresolved submit. What resolves that makes it due (a trigger);
/// should nothing ever, it is looked at again once a day.
void put_off(Connection& db, const Twin& twin, Time now) {
  Query other = db.query(
      "SELECT job_id FROM attempt WHERE fingerprint = ?1 AND fingerprint <> '' AND outcome = 'open' AND "
      "given_up = 0",
      twin.fingerprint);
  other.step();
  const std::string words = fmt::format(
      "waits until it is known what became of the same submit by job {}: the account's list could not tell "
      "them apart",
      short_id(other.text(0)));
  Query row = db.query(
      "UPDATE job SET state = 'scheduled', state_since = ?2, due_at = ?3, waits_for = ?4, error_class = "
      "'twin', error = "
      "?5 WHERE id = ?1 RETURNING batch_id",
      twin.id, now, now + 24h, twin.fingerprint, words);
  row.step();
  const std::string batch = row.text(0);
  add_event(db, Event{now, batch, twin.id, JobState::kQueued, JobState::kScheduled, words});
}

/// Takes a job over: whoever held it before can write no more.
void take(Connection& db, const JobRow& job, JobState to, std::string text, Time now) {
  db.run(
      "UPDATE job SET state = ?2, state_since = CASE WHEN state = ?2 THEN state_since ELSE ?3 END,"
      " lease_no = lease_no + 1 WHERE id = ?1",
      job.id, to_string(to), now);
  add_event(db, Event{now, job.batch, job.id, job.from, to, std::move(text)});
}

/// Jobs whose request may have been sent when the daemon stopped: what their attempt says, they are.
void settle_submitting(Connection& db, Recovery& recovery, Time now) {
  const auto known = read_rows(
      db.query("SELECT j.id, j.batch_id, j.state FROM job j JOIN attempt a ON a.intent_id = j.intent_id"
               " WHERE j.state = 'submitting' AND a.outcome IN ('refused', 'not_sent')"));
  for (const JobRow& job : known) {
    take(db, job, JobState::kQueued, "its submit is known to have led to nothing", now);
    ++recovery.requeued;
  }
  for (const JobRow& job : read_rows(db.query("SELECT id, batch_id, state FROM job WHERE state = 'submitting'"
                                              " AND generation_id IS NOT NULL"))) {
    take(db, job, JobState::kGenerating, "its submit is known to have been accepted", now);
  }
  for (const JobRow& job :
       read_rows(db.query("SELECT id, batch_id, state FROM job WHERE state = 'submitting'"))) {
    static constexpr std::string_view kWords =
        "the daemon stopped between sending the request and hearing the answer: it may have been accepted";
    take(db, job, JobState::kUnknown, std::string(kWords), now);
    db.run("UPDATE job SET error_class = 'maybe_sent', error = ?2 WHERE id = ?1", job.id, kWords);
    ++recovery.unknown;
  }
}

}  // namespace

Result<Claimed> claim(Connection& db, int limit, bool trust_clock, Time now) {
  promote_due(db, now);
  if (trust_clock) fail_overdue_deadlines(db, now);
  Claimed claimed;
  const Head head = pick(db, limit, now);
  claimed.more = head.in_the_way() == kMostMovedAtOnce;
  for (const std::string& id : head.held) hold(db, id, now);
  for (const Twin& twin : head.twins) put_off(db, twin, now);
  for (const std::string& id : head.ids) {
    db.run(
        "UPDATE job SET state = 'submitting', state_since = ?2, lease_no = lease_no + 1, intent_id = NULL,"
        " generation_id = NULL, overdue = 0, error_class = '', error = '' WHERE id = ?1",
        id, now);
    ClaimedJob job = read_claimed(db, id);
    add_event(db, Event{now, job.batch.str(), id, JobState::kQueued, JobState::kSubmitting, "claimed"});
    claimed.jobs.push_back(std::move(job));
  }
  claimed.next_due = next_due(db, trust_clock);
  return claimed;
}

Result<Recovery> recover(Connection& db, Time now) {
  Recovery recovery;
  for (const JobRow& job : read_rows(db.query("SELECT id, batch_id, state FROM job WHERE state = 'submitting'"
                                              " AND intent_id IS NULL"))) {
    take(db, job, JobState::kQueued, "the daemon restarted before anything was sent", now);
    ++recovery.requeued;
  }
  settle_submitting(db, recovery, now);
  for (const JobRow& job : read_rows(db.query("SELECT id, batch_id, state FROM job"
                                              " WHERE state IN ('generating', 'downloading') ORDER BY id"))) {
    db.run("UPDATE job SET lease_no = lease_no + 1 WHERE id = ?1", job.id);
    add_event(db, Event{now, job.batch, job.id, {}, {}, "taken up again after a restart"});
    recovery.in_flight.push_back(read_claimed(db, job.id));
  }
  return recovery;
}

Result<std::vector<Time>> recent_intents(Connection& db, Time now) {
  std::vector<Time> times;
  Query row = db.query("SELECT intent_at FROM attempt WHERE intent_at > ?1 ORDER BY intent_at", now - 60s);
  while (row.step()) times.push_back(row.time(0));
  return times;
}

}  // namespace reeld::store::sqlite
