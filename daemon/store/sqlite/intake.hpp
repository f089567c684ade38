#pragma once

#include "daemon/store/sqlite/rows.hpp"

/// The store's intake operations; store.hpp says what each does.
namespace reeld::store::sqlite {

Result<std::vector<StagedJob>> stage(Connection& db, const BatchId& batch, const std::vector<NewJob>& jobs);
Result<void> accept(Connection& db, const NewBatch& batch, Time now);
Result<void> discard(Connection& db, const BatchId& batch);
/// Forgets all that was staged and never accepted: for the opening, while nobody stages.
void forget_staged(Connection& db);
Result<BatchSummary> find_batch(Connection& db, const BatchId& batch);
Result<std::optional<BatchSummary>> batch_with_digest(Connection& db, const std::string& sha256, Time since);
Result<std::optional<BatchSummary>> batch_with_idempotency_key(Connection& db, const std::string& key);
Result<std::vector<BatchJob>> batch_jobs(Connection& db, const BatchId& batch, int after, int limit);
Result<std::vector<BatchSummary>> finished_batches(Connection& db);
Result<void> mark_reported(Connection& db, const BatchId& batch);
Result<std::vector<BatchSummary>> stale_receipts(Connection& db);
Result<void> mark_receipt_written(Connection& db, const BatchId& batch);

}  // namespace reeld::store::sqlite
