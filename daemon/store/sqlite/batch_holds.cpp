#include "daemon/store/sqlite/batch_holds.hpp"

#include <fmt/format.h>

#include "daemon/store/sqlite/people.hpp"

namespace reeld::store::sqlite {
namespace {

constexpr int kRefusalsThatHold = 5;
constexpr int kMostReleasedAtOnce = 5'000;

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
  const bool hold = row.small(1) >= kRefusalsThatHold && row.text(2).empty() && row.integer(3) > 0;
  // A statement with RETURNING must be run to its end before the row is written again.
  row.step();
  if (!hold) return;
  const std::string why =
      fmt::format("{} of its jobs in a row were refused for one reason ({})", kRefusalsThatHold, error_class);
  db.run("UPDATE batch SET held = ?2 WHERE id = ?1", batch, why);
  add_event(
      db,
      Event{
          now, batch, "", {}, {}, "held: " + why, Json{{"error_class", error_class}}, EventKind::kBatchHeld});
}

Result<int> release_batch(Connection& db, const BatchId& batch, const std::string& by, Time now) {
  Query known = db.query("SELECT held FROM batch WHERE id = ?1", batch);
  if (!known.step()) return Error{Errc::kNotFound, "store.release", "there is no batch " + batch.str()};
  const bool was_held = !known.text(0).empty();
  if (was_held) {
    db.run("UPDATE batch SET held = '', failures_in_row = 0, failure_class = '' WHERE id = ?1", batch);
    add_event(db, Event{now,
                        batch.str(),
                        "",
                        {},
                        {},
                        "released" + by_whom(by),
                        Json::object(),
                        EventKind::kBatchReleased});
  }
  std::vector<std::string> jobs;
  Query held = db.query(
      "SELECT id FROM job INDEXED BY job_batch_state WHERE batch_id = ?1 AND state = 'held' ORDER BY "
      "position LIMIT ?2",
      batch, kMostReleasedAtOnce);
  while (held.step()) jobs.push_back(held.text(0));
  for (const std::string& job : jobs) {
    db.run("UPDATE job SET state = 'queued', state_since = ?2 WHERE id = ?1", job, now);
    add_event(db, Event{now, batch.str(), job, JobState::kHeld, JobState::kQueued, "released" + by_whom(by)});
  }
  return static_cast<int>(jobs.size());
}

}  // namespace reeld::store::sqlite
