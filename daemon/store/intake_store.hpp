#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/calls.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// How jobs come into the queue, and how their batches' ends are told.
///
/// A batch is staged in chunks, then becomes visible at once.
class IntakeStore : public Calls {
 public:
  /// Which queue this is: made with the database, never changed.
  virtual const std::string& queue_id() const = 0;

  /// Adds jobs to a batch that is not accepted yet, reserves their result paths, and says what became of
  /// each.
  virtual Async<std::vector<StagedJob>> stage(BatchId batch, std::vector<NewJob> jobs) = 0;

  /// Makes a batch and all that was staged for it visible to claims, in one commit. kConflict: it was before.
  virtual Async<void> accept(NewBatch batch) = 0;

  /// Forgets what was staged for a batch that was never accepted.
  virtual Async<void> discard(BatchId batch) = 0;

  /// kNotFound: no such batch was ever accepted.
  virtual Async<BatchSummary> batch(BatchId batch) = 0;

  /// The batch that was accepted with these bytes since `since`, if any.
  virtual Async<std::optional<BatchSummary>> batch_with_digest(std::string sha256, Time since) = 0;

  /// Up to `limit` jobs of a batch behind `after` (0 at first), in their order in the file.
  virtual Async<std::vector<BatchJob>> batch_jobs(BatchId batch, int after, int limit) = 0;

  /// Batches whose jobs are all final and whose end nobody has told yet.
  virtual Async<std::vector<BatchSummary>> finished_batches() = 0;

  /// The end of this batch has been told.
  virtual Async<void> mark_reported(BatchId batch) = 0;

  /// Batches whose receipts name a result path that a job has left since.
  virtual Async<std::vector<BatchSummary>> stale_receipts() = 0;

  /// The batch's receipt tells the truth again.
  virtual Async<void> mark_receipt_written(BatchId batch) = 0;

  /// The batch that was accepted with this Idempotency-Key, if any.
  virtual Async<std::optional<BatchSummary>> batch_with_idempotency_key(std::string key) = 0;
};

}  // namespace reeld::store
