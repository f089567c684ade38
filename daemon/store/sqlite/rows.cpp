#include "daemon/store/sqlite/rows.hpp"

#include <fmt/format.h>

namespace reeld::store::sqlite {

void add_event(Connection& db, const Event& event) {
  const auto name = [](const std::optional<JobState>& state) -> std::optional<std::string_view> {
    if (!state) return std::nullopt;
    return to_string(*state);
  };
  const std::optional<std::string_view> job =
      event.job.empty() ? std::nullopt : std::optional<std::string_view>(event.job);
  db.run(
      "INSERT INTO job_event (at, batch_id, job_id, from_state, to_state, text, detail, kind)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      event.at, event.batch, job, name(event.from), name(event.to), event.text, event.detail,
      to_string(event.to ? EventKind::kTransition : event.kind));
}

EventLine read_event(const Query& row) {
  EventLine line;
  line.id = row.integer(0);
  line.at = row.time(1);
  line.kind = parse_event_kind(row.text(2)).value_or(EventKind::kNote);
  line.job = JobId(row.text(3));
  line.batch = BatchId(row.text(4));
  line.from = parse_job_state(row.text(5));
  line.to = parse_job_state(row.text(6));
  line.text = row.text(7);
  line.detail = row.json(8);
  return line;
}

Result<void> move_job(Connection& db, const Lease& lease, const Move& move, Time now) {
  if (!may_become(move.from, move.to)) {
    return Error{Errc::kInternal, "store.move",
                 fmt::format("job {} cannot go from {} to {}", lease.job.str(), to_string(move.from),
                             to_string(move.to))};
  }
  const std::optional<Time> finished = is_final(move.to) ? std::optional(now) : std::nullopt;
  const std::optional<Time> due =
      move.to == JobState::kScheduled ? std::optional(move.due.value_or(now)) : std::nullopt;
  Query updated = db.query(
      "UPDATE job SET state = ?4, state_since = ?5, due_at = ?6, waits_for = NULL, finished_at = ?7, "
      "error_class = ?8, error = "
      "?9,"
      // A job that waits for another render has none: a cancel and a retry must not go back to the failed
      // one.
      " tries = tries + ?10, generation_id = CASE WHEN ?4 NOT IN ('queued', 'scheduled') THEN generation_id "
      "END"
      " WHERE id = ?1 AND lease_no = ?2 AND state = ?3 RETURNING batch_id",
      lease.job, std::int64_t{lease.lease_no}, to_string(move.from), to_string(move.to), now, due, finished,
      move.error_class, move.error, move.counts_as_try);
  if (!updated.step()) {
    return Error{Errc::kLeaseLost, "store.move",
                 fmt::format("job {} has another owner by now", lease.job.str())};
  }
  const std::string batch = updated.text(0);
  add_event(db, Event{now, batch, lease.job.str(), move.from, move.to, move.event, move.detail});
  return {};
}

Result<void> check_lease(Connection& db, const Lease& lease, JobState state) {
  Query held = db.query("SELECT 1 FROM job WHERE id = ?1 AND lease_no = ?2 AND state = ?3", lease.job,
                        std::int64_t{lease.lease_no}, to_string(state));
  if (held.step()) return {};
  return Error{Errc::kLeaseLost, "store.lease",
               fmt::format("job {} has another owner by now", lease.job.str())};
}

namespace {

void read_attempt(Connection& db, ClaimedJob& job) {
  Query row = db.query(
      "SELECT seed, body, generation_id, cost_amount, cost_unit, accepted_at FROM attempt WHERE intent_id = "
      "?1",
      job.intent);
  if (!row.step()) return;
  job.sent_seed = row.integer(0);
  job.request_body = row.text(1);
  job.cost_amount = row.text(3);
  job.cost_unit = row.text(4);
  job.generating_since = row.maybe_time(5);
}

}  // namespace

std::vector<Film> read_films(Connection& db, const JobId& job) {
  std::vector<Film> films;
  Query row = db.query(
      "SELECT number, url, poster_url, path, size, sha256, published, synced, validator FROM film"
      " WHERE job_id = ?1 ORDER BY number",
      job);
  while (row.step()) {
    Film film;
    film.number = row.small(0);
    film.url = row.text(1);
    film.poster_url = row.text(2);
    film.path = row.text(3);
    film.size = static_cast<std::uint64_t>(row.integer(4));
    film.sha256 = row.text(5);
    film.published = row.integer(6) != 0;
    film.synced = static_cast<std::uint64_t>(row.integer(7));
    film.validator = row.text(8);
    films.push_back(std::move(film));
  }
  return films;
}

StateCounts read_counts(Connection& db) {
  StateCounts counts;
  Query row = db.query("SELECT state, jobs FROM state_count");
  while (row.step()) counts[parse_job_state(row.text(0)).value()] = row.integer(1);
  return counts;
}

std::optional<Pause> read_pause(Connection& db) {
  Query row = db.query("SELECT value FROM meta WHERE key = 'pause'");
  if (!row.step()) return std::nullopt;
  const Json stored = row.json(0);
  return Pause{stored.at("reason").get<std::string>(), stored.at("by").get<std::string>(),
               Time(Duration(stored.at("since").get<std::int64_t>()))};
}

ClaimedJob read_claimed(Connection& db, const std::string& job_id) {
  Query row = db.query(
      "SELECT id, lease_no, state, batch_id, name, model, width, height, duration, quantity, seed, spec, "
      "output_path,"
      " tries, accepted, accepted_at, intent_id, generation_id, overdue, state_since FROM job WHERE id = ?1",
      job_id);
  if (!row.step()) throw std::runtime_error("job " + job_id + " vanished");
  ClaimedJob job;
  job.lease = Lease{JobId(row.text(0)), row.integer(1)};
  job.state = parse_job_state(row.text(2)).value();
  job.batch = BatchId(row.text(3));
  job.name = row.text(4);
  job.kind = RenderKind{row.text(5), row.small(6), row.small(7), row.small(8)};
  job.quantity = row.small(9);
  job.seed = row.maybe_integer(10);
  job.spec = row.json(11);
  job.output_path = row.text(12);
  job.tries = row.small(13);
  job.accepted = row.small(14);
  job.accepted_at = row.time(15);
  job.intent = IntentId(row.text(16));
  job.generation = GenerationId(row.text(17));
  job.overdue = row.integer(18) != 0;
  job.state_since = row.time(19);
  if (!job.intent.empty()) read_attempt(db, job);
  if (job.state == JobState::kDownloading) job.films = read_films(db, job.lease.job);
  return job;
}

bool reserve_stems(Connection& db, const JobId& job, const std::string& output_path, int quantity) {
  // PATH is the result file's stem and a single film's; several films have PATH-1, PATH-2, ...
  std::vector<std::string> stems{output_path};
  for (int film = 1; quantity > 1 && film <= quantity; ++film)
    stems.push_back(fmt::format("{}-{}", output_path, film));
  for (const std::string& stem : stems) {
    Query taken = db.query("SELECT 1 FROM result_path WHERE stem = ?1 AND job_id <> ?2", stem, job);
    if (taken.step()) return false;
  }
  for (const std::string& stem : stems) {
    db.run("INSERT OR IGNORE INTO result_path (stem, job_id) VALUES (?1, ?2)", stem, job);
  }
  return true;
}

BatchSummary read_batch(const Query& row) {
  BatchSummary batch;
  batch.id = BatchId(row.text(0));
  batch.name = row.text(1);
  batch.file_name = row.text(2);
  batch.submitter = row.text(3);
  batch.accepted_at = row.time(4);
  batch.finished_at = row.maybe_time(5);
  batch.jobs = row.small(6);
  batch.succeeded = row.small(7);
  batch.failed = row.small(8);
  batch.cancelled = row.small(9);
  batch.held = row.text(10);
  batch.sha256 = row.text(11);
  return batch;
}

}  // namespace reeld::store::sqlite
