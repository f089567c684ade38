#include "daemon/store/sqlite/intake.hpp"

#include <fmt/format.h>

#include "common/util/uuid.hpp"
#include "daemon/store/sqlite/frames.hpp"

namespace reeld::store::sqlite {
namespace {

/// The job with this key: accepted, or staged by the same batch (another batch's may never come to be).
std::optional<JobId> job_with_key(Connection& db, const BatchId& batch, const std::string& key) {
  if (key.empty()) return std::nullopt;
  Query accepted = db.query("SELECT id FROM job WHERE key = ?1", key);
  if (accepted.step()) return JobId(accepted.text(0));
  Query staged = db.query("SELECT id FROM staged_job WHERE key = ?1 AND batch_id = ?2", key, batch);
  if (staged.step()) return JobId(staged.text(0));
  return std::nullopt;
}

/// The first free one of PATH, PATH-SHORTID, PATH-ID: an id of its own makes the last one certain.
std::string reserve_output(Connection& db, const JobId& job, const std::string& path, int quantity) {
  for (const std::string& candidate : {path, fmt::format("{}-{}", path, short_id(job.str()))}) {
    if (reserve_stems(db, job, candidate, quantity)) return candidate;
  }
  const std::string certain = fmt::format("{}-{}", path, job.str());
  if (!reserve_stems(db, job, certain, quantity))
    throw std::runtime_error("result path of a new id is taken: " + certain);
  return certain;
}

void insert_staged(Connection& db, const BatchId& batch, const NewJob& job, const std::string& output_path) {
  const std::optional<std::string> key = job.key.empty() ? std::nullopt : std::optional(job.key);
  db.run(
      "INSERT INTO staged_job (id, batch_id, position, name, key, tags, model, width, height, duration, "
      "quantity, seed,"
      " spec, start_frame, output_path, priority, not_before, deadline)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
      job.id, batch, job.position, job.name, key, Json(job.tags), job.kind.model, job.kind.width,
      job.kind.height, job.kind.duration, job.quantity, job.seed, job.spec, job.start_frame.string(),
      output_path, job.priority, job.not_before, job.deadline);
}

/// Keys that another batch took while this one was staged make these lines duplicates after all.
void drop_late_duplicates(Connection& db, const BatchId& batch) {
  // Lines of this file that named such a line name the accepted job now.
  db.run(
      "UPDATE batch_duplicate SET job_id = (SELECT j.id FROM staged_job s JOIN job j ON j.key = s.key"
      " WHERE s.id = batch_duplicate.job_id) WHERE batch_id = ?1 AND job_id IN"
      " (SELECT s.id FROM staged_job s JOIN job j ON j.key = s.key WHERE s.batch_id = ?1)",
      batch);
  db.run(
      "INSERT INTO batch_duplicate (batch_id, position, job_id)"
      " SELECT s.batch_id, s.position, j.id FROM staged_job s JOIN job j ON j.key = s.key WHERE s.batch_id = "
      "?1",
      batch);
  db.run(
      "DELETE FROM result_path WHERE job_id IN"
      " (SELECT s.id FROM staged_job s JOIN job j ON j.key = s.key WHERE s.batch_id = ?1)",
      batch);
  db.run(
      "DELETE FROM staged_job WHERE batch_id = ?1 AND key IS NOT NULL"
      " AND EXISTS (SELECT 1 FROM job WHERE job.key = staged_job.key)",
      batch);
}

/// kConflict: another batch has the submit call's key.
Result<void> check_idempotency_key(Connection& db, const NewBatch& batch) {
  if (batch.idempotency_key.empty()) return {};
  Query used = db.query("SELECT id FROM batch WHERE idempotency_key = ?1", batch.idempotency_key);
  if (!used.step()) return {};
  return Error{Errc::kConflict, "store.accept",
               "batch " + used.text(0) + " was made with this Idempotency-Key"};
}

}  // namespace

Result<std::vector<StagedJob>> stage(Connection& db, const BatchId& batch, const std::vector<NewJob>& jobs) {
  std::vector<StagedJob> staged;
  staged.reserve(jobs.size());
  for (const NewJob& job : jobs) {
    StagedJob result{job.id, job.position, "", job_with_key(db, batch, job.key)};
    if (result.existing) {
      db.run("INSERT INTO batch_duplicate (batch_id, position, job_id) VALUES (?1, ?2, ?3)", batch,
             job.position, *result.existing);
    } else {
      result.output_path = reserve_output(db, job.id, job.output_path, job.quantity);
      insert_staged(db, batch, job, result.output_path);
    }
    staged.push_back(std::move(result));
  }
  return staged;
}

Result<void> accept(Connection& db, const NewBatch& batch, Time now) {
  Query known = db.query("SELECT 1 FROM batch WHERE id = ?1", batch.id);
  if (known.step())
    return Error{Errc::kConflict, "store.accept", "batch " + batch.id.str() + " was accepted before"};
  if (auto used = check_idempotency_key(db, batch); !used) return used;
  drop_late_duplicates(db, batch.id);
  Query count = db.query("SELECT COUNT(*) FROM staged_job WHERE batch_id = ?1", batch.id);
  count.step();
  const std::int64_t jobs = count.integer(0);
  // A file whose every line named an existing job is finished the moment it is accepted.
  const std::optional<Time> finished = jobs == 0 ? std::optional(now) : std::nullopt;
  db.run(
      "INSERT INTO batch (id, name, file_name, submitter, sha256, accepted_at, finished_at, jobs, open_jobs,"
      " idempotency_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
      batch.id, batch.name, batch.file_name, batch.submitter, batch.sha256, now, finished, jobs,
      batch.idempotency_key.empty() ? std::nullopt : std::optional(batch.idempotency_key));
  db.run(
      "INSERT INTO job (id, short_id, batch_id, position, name, key, tags, model, width, height, duration, "
      "quantity,"
      " seed, spec, start_frame, output_path, accepted_at, priority, rank, deadline, state, state_since, "
      "due_at)"
      " SELECT id, substr(id, -8), batch_id, position, name, key, tags, model, width, height, duration, "
      "quantity,"
      " seed, spec, start_frame, output_path, ?2, priority,"
      " (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'round') + position, deadline,"
      " CASE WHEN not_before > ?2 THEN 'scheduled' ELSE 'queued' END, ?2,"
      " CASE WHEN not_before > ?2 THEN not_before END"
      " FROM staged_job WHERE batch_id = ?1 ORDER BY position",
      batch.id, now);
  add_frame_warnings(db, batch.id, now);
  db.run("DELETE FROM staged_job WHERE batch_id = ?1", batch.id);
  // The name is its giver's: shown as JSON text, it can smuggle in no control characters.
  const std::string from = batch.file_name.empty() ? "" : " from " + dump_json(batch.file_name);
  add_event(db, Event{now,
                      batch.id.str(),
                      "",
                      {},
                      {},
                      fmt::format("accepted {} job{}{}", jobs, jobs == 1 ? "" : "s", from),
                      Json{{"jobs", jobs}, {"submitter", batch.submitter}},
                      EventKind::kBatchAccepted});
  if (finished) {
    add_event(db, Event{now,
                        batch.id.str(),
                        "",
                        {},
                        {},
                        "finished: it made no new job",
                        Json{{"name", batch.name}, {"jobs", 0}},
                        EventKind::kBatchFinished});
  }
  return {};
}

Result<void> discard(Connection& db, const BatchId& batch) {
  db.run("DELETE FROM result_path WHERE job_id IN (SELECT id FROM staged_job WHERE batch_id = ?1)", batch);
  db.run("DELETE FROM job_frame WHERE job_id IN (SELECT id FROM staged_job WHERE batch_id = ?1)", batch);
  db.run("DELETE FROM staged_job WHERE batch_id = ?1", batch);
  db.run("DELETE FROM batch_duplicate WHERE batch_id = ?1 AND batch_id NOT IN (SELECT id FROM batch)", batch);
  return {};
}

void forget_staged(Connection& db) {
  db.run("DELETE FROM result_path WHERE job_id IN (SELECT id FROM staged_job)");
  db.run("DELETE FROM staged_job");
  db.run("DELETE FROM batch_duplicate WHERE batch_id NOT IN (SELECT id FROM batch)");
}

Result<BatchSummary> find_batch(Connection& db, const BatchId& batch) {
  static const std::string kSql = fmt::format("SELECT {} FROM batch WHERE id = ?1", kBatchColumns);
  Query row = db.query(kSql.c_str(), batch);
  if (!row.step()) return Error{Errc::kNotFound, "store.batch", "there is no batch " + batch.str()};
  return read_batch(row);
}

Result<std::optional<BatchSummary>> batch_with_digest(Connection& db, const std::string& sha256, Time since) {
  static const std::string kSql = fmt::format(
      "SELECT {} FROM batch WHERE sha256 = ?1 AND accepted_at >= ?2 AND file_name <> '' ORDER BY accepted_at "
      "LIMIT 1",
      kBatchColumns);
  Query row = db.query(kSql.c_str(), sha256, since);
  if (!row.step()) return std::optional<BatchSummary>();
  return std::optional(read_batch(row));
}

Result<std::optional<BatchSummary>> batch_with_idempotency_key(Connection& db, const std::string& key) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM batch WHERE idempotency_key = ?1", kBatchColumns);
  Query row = db.query(kSql.c_str(), key);
  if (!row.step()) return std::optional<BatchSummary>();
  return std::optional(read_batch(row));
}

namespace {

void read_outcome(Connection& db, BatchJob& job) {
  Query films = db.query("SELECT path FROM film WHERE job_id = ?1 AND published = 1 ORDER BY number", job.id);
  while (films.step()) job.files.push_back(films.text(0));
  Query cost = db.query(
      "SELECT cost_amount, cost_unit FROM attempt WHERE job_id = ?1 AND cost_amount <> ''"
      " ORDER BY intent_at DESC LIMIT 1",
      job.id);
  if (cost.step()) job.cost = cost.text(0) + " " + cost.text(1);
}

}  // namespace

Result<std::vector<BatchJob>> batch_jobs(Connection& db, const BatchId& batch, int after, int limit) {
  std::vector<BatchJob> jobs;
  Query row = db.query(
      "SELECT id, position, name, output_path, quantity, 0 AS duplicate, state, error FROM job"
      " WHERE batch_id = ?1 AND position > ?2"
      " UNION ALL"
      " SELECT j.id, d.position, j.name, j.output_path, j.quantity, 1, j.state, j.error FROM batch_duplicate "
      "d"
      " JOIN job j ON j.id = d.job_id WHERE d.batch_id = ?1 AND d.position > ?2"
      " ORDER BY 2 LIMIT ?3",
      batch, after, limit);
  while (row.step()) {
    BatchJob job;
    job.id = JobId(row.text(0));
    job.position = row.small(1);
    job.name = row.text(2);
    job.output_path = row.text(3);
    job.quantity = row.small(4);
    job.duplicate = row.integer(5) != 0;
    job.state = parse_job_state(row.text(6)).value();
    job.failure = row.text(7);
    if (is_final(job.state)) read_outcome(db, job);
    jobs.push_back(std::move(job));
  }
  return jobs;
}

Result<std::vector<BatchSummary>> finished_batches(Connection& db) {
  static const std::string kSql = fmt::format(
      "SELECT {} FROM batch WHERE finished_at IS NOT NULL AND reported = 0 ORDER BY finished_at LIMIT 100",
      kBatchColumns);
  std::vector<BatchSummary> batches;
  Query row = db.query(kSql.c_str());
  while (row.step()) batches.push_back(read_batch(row));
  return batches;
}

Result<std::vector<BatchSummary>> stale_receipts(Connection& db) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM batch WHERE stale = 1 ORDER BY id LIMIT 100", kBatchColumns);
  std::vector<BatchSummary> batches;
  Query row = db.query(kSql.c_str());
  while (row.step()) batches.push_back(read_batch(row));
  return batches;
}

Result<void> mark_receipt_written(Connection& db, const BatchId& batch) {
  db.run("UPDATE batch SET stale = 0 WHERE id = ?1", batch);
  return {};
}

Result<void> mark_reported(Connection& db, const BatchId& batch) {
  db.run("UPDATE batch SET reported = 1 WHERE id = ?1 AND finished_at IS NOT NULL", batch);
  return {};
}

}  // namespace reeld::store::sqlite
