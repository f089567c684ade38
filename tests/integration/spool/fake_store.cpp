#include "tests/integration/spool/fake_store.hpp"

#include <algorithm>

namespace reeld::test {

using store::BatchJob;
using store::BatchSummary;
using store::NewJob;

std::optional<Error> FakeStore::refusal() {
  if (refuse == 0) return std::nullopt;
  --refuse;
  return Error{Errc::kUnavailable, "fake.store", "database or disk is full"};
}

const NewJob* FakeStore::job_with_key(const std::string& key) const {
  if (key.empty()) return nullptr;
  for (const auto& [batch, jobs] : accepted_jobs) {
    for (const NewJob& job : jobs) {
      if (job.key == key) return &job;
    }
  }
  return nullptr;
}

FakeStore::Async<std::vector<store::StagedJob>> FakeStore::stage(BatchId batch, std::vector<NewJob> jobs) {
  if (auto error = refusal()) co_return *error;
  largest_stage = std::max(largest_stage, jobs.size());
  std::vector<store::StagedJob> result;
  for (NewJob& job : jobs) {
    result.push_back(store::StagedJob{job.id, job.position, job.output_path, {}});
    staged[batch].push_back(std::move(job));
  }
  co_return result;
}

FakeStore::Async<void> FakeStore::accept(store::NewBatch batch) {
  if (auto error = refusal()) co_return *error;
  if (batches.contains(batch.id)) co_return Error{Errc::kConflict, "fake.accept", "was before"};
  Batch made;
  made.summary =
      BatchSummary{batch.id, batch.name, batch.file_name, batch.submitter, clock_.now(), {}, 0, 0, 0, 0};
  made.sha256 = batch.sha256;
  std::vector<NewJob> kept;
  for (NewJob& job : staged[batch.id]) {
    const NewJob* earlier = job_with_key(job.key);
    const NewJob& shown = earlier != nullptr ? *earlier : job;
    BatchJob line;
    line.id = shown.id;
    line.position = job.position;
    line.name = shown.name;
    line.output_path = shown.output_path;
    line.quantity = shown.quantity;
    line.duplicate = earlier != nullptr;
    made.jobs.push_back(std::move(line));
    if (earlier == nullptr) kept.push_back(std::move(job));
  }
  made.summary.jobs = static_cast<int>(kept.size());
  accepted_jobs[batch.id] = std::move(kept);
  batches[batch.id] = std::move(made);
  staged.erase(batch.id);
  co_return Result<void>();
}

FakeStore::Async<void> FakeStore::discard(BatchId batch) {
  if (auto error = refusal()) co_return *error;
  staged.erase(batch);
  co_return Result<void>();
}

FakeStore::Async<BatchSummary> FakeStore::batch(BatchId batch) {
  const auto found = batches.find(batch);
  if (found == batches.end()) co_return Error{Errc::kNotFound, "fake.batch", batch.str()};
  co_return found->second.summary;
}

FakeStore::Async<std::optional<BatchSummary>> FakeStore::batch_with_digest(std::string sha256, Time since) {
  for (const auto& [id, batch] : batches) {
    if (batch.sha256 == sha256 && batch.summary.accepted_at >= since) co_return std::optional(batch.summary);
  }
  co_return std::optional<BatchSummary>();
}

FakeStore::Async<std::vector<BatchJob>> FakeStore::batch_jobs(BatchId batch, int after, int limit) {
  std::vector<BatchJob> page;
  for (const BatchJob& job : batches.at(batch).jobs) {
    if (job.position > after && static_cast<int>(page.size()) < limit) page.push_back(job);
  }
  co_return page;
}

FakeStore::Async<std::vector<BatchSummary>> FakeStore::finished_batches() {
  std::vector<BatchSummary> found;
  for (const auto& [id, batch] : batches) {
    if (batch.summary.finished_at && !batch.reported) found.push_back(batch.summary);
  }
  co_return found;
}

FakeStore::Async<void> FakeStore::mark_reported(BatchId batch) {
  if (auto error = refusal()) co_return *error;
  batches.at(batch).reported = true;
  co_return Result<void>();
}

FakeStore::Async<std::vector<BatchSummary>> FakeStore::stale_receipts() {
  std::vector<BatchSummary> found;
  for (const auto& [number, batch] : batches) {
    if (batch.stale) found.push_back(batch.summary);
  }
  co_return found;
}

FakeStore::Async<void> FakeStore::mark_receipt_written(BatchId batch) {
  if (auto error = refusal()) co_return *error;
  batches.at(batch).stale = false;
  co_return Result<void>();
}

}  // namespace reeld::test
