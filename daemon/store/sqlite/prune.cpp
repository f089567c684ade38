#include "daemon/store/sqlite/prune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "daemon/store/sqlite/file_removals.hpp"

namespace reeld::store::sqlite {
namespace {

/// A place in the jobs by their end.
struct Cursor {
  std::int64_t finished_at = 0;
  std::string id;
};

std::string to_text(const Cursor& cursor) {
  return fmt::format("{}/{}", cursor.finished_at, cursor.id);
}

Cursor read_cursor(const std::string& text) {
  Cursor cursor;
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return cursor;
  std::from_chars(text.data(), text.data() + slash, cursor.finished_at);
  cursor.id = text.substr(slash + 1);
  return cursor;
}

/// The oldest line of the history that a hook may still have to be told.
std::int64_t first_untold_event(Connection& db) {
  Query row = db.query(
      "SELECT MIN(event) FROM (SELECT MIN(event_id) AS event FROM hook_delivery"
      " UNION ALL SELECT MIN(CAST(value AS INTEGER)) + 1 FROM meta WHERE key LIKE 'hook_cursor:%')");
  row.step();
  return row.maybe_integer(0).value_or(std::numeric_limits<std::int64_t>::max());
}

Json wanted_states(const PruneChoice& choice) {
  Json states = Json::array();
  for (const JobState state : kAllJobStates) {
    const bool chosen =
        choice.states.empty() || std::ranges::find(choice.states, state) != choice.states.end();
    if (is_final(state) && chosen) states.push_back(to_string(state));
  }
  return states;
}

struct Candidates {
  Json prunable = Json::array();  ///< ids
  int kept = 0;
  std::string next;
};

/// A job is still needed while an attempt of its may have been accepted unheard, while the end of its batch
/// is to be told or its receipt to be mended, and while a hook has not heard all of its history. Looks at
/// `limit` jobs, also of other states than the wanted: the queue waits for each look.
Candidates find_candidates(Connection& db, const PruneChoice& choice, const Cursor& after, int limit) {
  Candidates found;
  Cursor last;
  int seen = 0;
  Query row = db.query(
      "SELECT j.id, j.finished_at, CASE"
      "  WHEN j.state NOT IN (SELECT value FROM json_each(?4)) THEN 'unwanted'"
      "  WHEN b.reported = 0 OR b.stale = 1"
      "   OR EXISTS (SELECT 1 FROM attempt a WHERE a.job_id = j.id AND a.outcome = 'open' AND a.given_up = 0)"
      "   OR coalesce((SELECT MAX(e.id) FROM job_event e WHERE e.job_id = j.id), 0) >= ?5 THEN 'needed'"
      "  ELSE 'prunable' END"
      " FROM job j INDEXED BY job_finished JOIN batch b ON b.id = j.batch_id"
      " WHERE j.finished_at IS NOT NULL AND j.finished_at < ?1 AND (j.finished_at, j.id) > (?2, ?3)"
      " ORDER BY j.finished_at, j.id LIMIT ?6",
      choice.ended_before, after.finished_at, after.id, wanted_states(choice), first_untold_event(db), limit);
  while (row.step()) {
    last = {row.integer(1), row.text(0)};
    ++seen;
    const std::string verdict = row.text(2);
    if (verdict == "needed") ++found.kept;
    if (verdict == "prunable") found.prunable.push_back(row.text(0));
  }
  if (seen == limit) found.next = to_text(last);
  return found;
}

/// What was paid for stays: the attempt, without what it asked for.
void keep_attempts(Connection& db, const Json& jobs, Time now) {
  db.run("UPDATE attempt SET pruned_at = ?2, body = '' WHERE job_id IN (SELECT value FROM json_each(?1))",
         jobs, now);
}

void remove_rows(Connection& db, const Json& jobs) {
  db.run("DELETE FROM film WHERE job_id IN (SELECT value FROM json_each(?1))", jobs);
  db.run("DELETE FROM job_event WHERE job_id IN (SELECT value FROM json_each(?1))", jobs);
  db.run("DELETE FROM job_frame WHERE job_id IN (SELECT value FROM json_each(?1))", jobs);
  db.run("DELETE FROM batch_duplicate WHERE job_id IN (SELECT value FROM json_each(?1))", jobs);
  // A path stays reserved while an old file may be removed there.
  db.run(
      "DELETE FROM result_path WHERE job_id IN (SELECT value FROM json_each(?1))"
      " AND job_id NOT IN (SELECT job_id FROM file_removal)",
      jobs);
  db.run("DELETE FROM job WHERE id IN (SELECT value FROM json_each(?1))", jobs);
}

/// Ended batches of which no job is left. Their Idempotency-Keys and digests tell repeats until then.
int forget_batches(Connection& db, Time before, int limit) {
  Json batches = Json::array();
  Query row = db.query(
      "SELECT b.id FROM batch b INDEXED BY batch_finished WHERE b.finished_at IS NOT NULL AND b.finished_at "
      "< ?1"
      " AND b.reported = 1 AND b.stale = 0 AND NOT EXISTS (SELECT 1 FROM job j WHERE j.batch_id = b.id)"
      " AND coalesce((SELECT MAX(e.id) FROM job_event e WHERE e.batch_id = b.id AND e.job_id IS NULL), 0) < "
      "?2"
      " LIMIT ?3",
      before, first_untold_event(db), limit);
  while (row.step()) batches.push_back(row.text(0));
  db.run("DELETE FROM job_event WHERE job_id IS NULL AND batch_id IN (SELECT value FROM json_each(?1))",
         batches);
  db.run("DELETE FROM batch_duplicate WHERE batch_id IN (SELECT value FROM json_each(?1))", batches);
  db.run("DELETE FROM batch WHERE id IN (SELECT value FROM json_each(?1))", batches);
  return static_cast<int>(batches.size());
}

}  // namespace

Result<PruneStep> prune(Connection& db, const PruneChoice& choice, const std::string& after, int limit,
                        Time now) {
  Candidates found = find_candidates(db, choice, read_cursor(after), limit);
  PruneStep step{static_cast<int>(found.prunable.size()), found.kept, std::move(found.next)};
  if (choice.dry_run || found.prunable.empty()) return step;
  if (choice.files) {
    release_files_of(db, found.prunable);
  } else {
    release_parts_of(db, found.prunable);
  }
  keep_attempts(db, found.prunable, now);
  remove_rows(db, found.prunable);
  return step;
}

Result<int> forget_remains(Connection& db, Time before, int limit) {
  // While the outcome of any submit is open, each known generation is one that it cannot be.
  const int attempts = db.run(
      "DELETE FROM attempt WHERE intent_id IN (SELECT intent_id FROM attempt INDEXED BY attempt_pruned"
      "  WHERE pruned_at IS NOT NULL AND pruned_at < ?1 LIMIT ?2)"
      " AND NOT EXISTS (SELECT 1 FROM attempt o INDEXED BY attempt_open WHERE o.outcome = 'open' AND "
      "o.given_up = 0)",
      before, limit);
  return std::max(attempts, forget_batches(db, before, limit));
}

}  // namespace reeld::store::sqlite
