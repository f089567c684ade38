#include "daemon/store/sqlite/batch_holds.hpp"

#include <fmt/format.h>

#include "daemon/store/sqlite/people.hpp"
#include "daemon/store/sqlite/restored.hpp"

namespace reeld::store::sqlite {
namespace {

constexpr int kRefusalsThatHold = 5;
constexpr int kMostReleasedAtOnce = 5'000;

void hold(Connection& db, const std::string& batch, const std::string& why, const Json& detail, Time now) {
  db.run("UPDATE batch SET held = ?2 WHERE id = ?1", batch, why);
  add_event(db, Event{now, batch, "", {}, {}, "held: " + why, detail, EventKind::kBatchHeld});
}

}  // namespace

void note_acceptance(Connection& db, const JobId& job) {
  db.run(
      "UPDATE batch SET failures_in_row = 0, failure_class = ''"
      " WHERE id = (SELECT batch_id FROM job WHERE id = ?1) AND failures_in_row > 0",
      job);
}

void note_refusal(Connection& db, const JobId& job, const std::string& error_class, Time now) {
  Query row = db.query(
      "UPDATE batch SET failures_in_row = CASE WHEN failure_class = ?2 THEN failures_in_row + 1 ELSE 1 END,"
      " failure_class = ?2 WHERE id = (SELECT batch_id FROM job WHERE id = ?1)"
      " RETURNING id, failures_in_row, held, open_jobs",
      job, error_class);
  if (!row.step()) return;
  const std::string batch = row.text(0);
  const bool is_too_many = row.small(1) >= kRefusalsThatHold && row.text(2).empty() && row.integer(3) > 0;
  // A statement with RETURNING must be run to its end before the row is written again.
  row.step();
  if (!is_too_many) return;
  const std::string why =
      fmt::format("{} of its jobs in a row were refused for one reason ({})", kRefusalsThatHold, error_class);
  hold(db, batch, why, Json{{"error_class", error_class}}, now);
}

void hold_over_budget(Connection& db, const BatchId& batch, const std::string& why, Amount next_allowance,
                      Time now) {
  // Many of its jobs may meet the cap at once: the first says why.
  Query free = db.query("SELECT 1 FROM batch WHERE id = ?1 AND held = ''", batch);
  if (!free.step()) return;
  db.run("UPDATE batch SET next_allowance = ?2 WHERE id = ?1", batch, next_allowance.billionths);
  Json detail{{"reason", "budget"}};
  if (next_allowance != Amount{}) detail["release_allows"] = format_amount(next_allowance);
  hold(db, batch.str(), why, detail, now);
}

Result<int> release_batch(Connection& db, const BatchId& batch, const std::string& by, Time now) {
  Query known = db.query("SELECT held FROM batch WHERE id = ?1", batch);
  if (!known.step()) return Error{Errc::kNotFound, "store.release", "there is no batch " + batch.str()};
  const bool was_held = !known.text(0).empty();
  if (was_held) {
    db.run(
        "UPDATE batch SET held = '', failures_in_row = 0, failure_class = '', allowance = allowance + "
        "next_allowance, next_allowance = 0 WHERE id = ?1",
        batch);
    add_event(db, Event{now,
                        batch.str(),
                        "",
                        {},
                        {},
                        "released" + by_whom(by),
                        Json::object(),
                        EventKind::kBatchReleased});
  }
  return go_on_releasing(db, batch, by, now);
}

Result<int> go_on_releasing(Connection& db, const BatchId& batch, const std::string& by, Time now) {
  Query free = db.query("SELECT 1 FROM batch WHERE id = ?1 AND held = ''", batch);
  if (!free.step()) return 0;
  std::vector<std::string> jobs;
  Query held = db.query(
      "SELECT id FROM job INDEXED BY job_batch_state WHERE batch_id = ?1 AND state = 'held'"
      " AND error_class <> ?3 ORDER BY position LIMIT ?2",
      batch, kMostReleasedAtOnce, kSentSince);
  while (held.step()) jobs.push_back(held.text(0));
  for (const std::string& job : jobs) {
    db.run("UPDATE job SET state = 'queued', state_since = ?2 WHERE id = ?1", job, now);
    add_event(db, Event{now, batch.str(), job, JobState::kHeld, JobState::kQueued, "released" + by_whom(by)});
  }
  return static_cast<int>(jobs.size());
}

}  // namespace reeld::store::sqlite
