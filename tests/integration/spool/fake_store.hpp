#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/util/clock.hpp"
#include "daemon/store/store.hpp"

namespace reeld::test {

/// The part of the queue that intake and its reports use, in memory. All on one thread.
class FakeStore final : public store::Store {
 public:
  struct Batch {
    store::BatchSummary summary;
    std::string sha256;
    std::vector<store::BatchJob> jobs;
    bool reported = false;
    bool stale = false;
  };

  explicit FakeStore(Clock& clock) : clock_(clock) {}

  std::map<BatchId, std::vector<store::NewJob>> staged;
  std::map<BatchId, Batch> batches;
  std::map<BatchId, std::vector<store::NewJob>> accepted_jobs;
  std::size_t largest_stage = 0;
  std::string queue = "this-queue";
  int refuse = 0;  ///< so many writes fail with kUnavailable

  Async<std::vector<store::StagedJob>> stage(BatchId batch, std::vector<store::NewJob> jobs) override;
  Async<void> accept(store::NewBatch batch) override;
  Async<void> discard(BatchId batch) override;
  Async<store::BatchSummary> batch(BatchId batch) override;
  Async<std::optional<store::BatchSummary>> batch_with_digest(std::string sha256, Time since) override;
  Async<std::vector<store::BatchJob>> batch_jobs(BatchId batch, int after, int limit) override;
  Async<std::vector<store::BatchSummary>> finished_batches() override;
  Async<void> mark_reported(BatchId batch) override;
  Async<std::vector<store::BatchSummary>> stale_receipts() override;
  Async<void> mark_receipt_written(BatchId batch) override;
  const std::string& queue_id() const override { return queue; }

  // What the spool never calls.
  Async<store::Claimed> claim(int) override { co_return unused(); }
  Async<store::Recovery> recover() override { co_return unused(); }
  Async<std::vector<Time>> recent_intents() override { co_return unused(); }
  Async<void> record_intent(Lease, store::Intent) override { co_return unused(); }
  Async<bool> record_accepted(Lease, store::Acceptance) override { co_return unused(); }
  Async<void> move(Lease, store::Move) override { co_return unused(); }
  Async<void> note(JobId, std::string, Json) override { co_return unused(); }
  Async<void> mark_overdue(Lease, std::string) override { co_return unused(); }
  Async<void> record_films(Lease, std::vector<store::NewFilm>, std::optional<Duration>) override {
    co_return unused();
  }
  Async<void> record_progress(Lease, store::FilmProgress) override { co_return unused(); }
  Async<void> record_film_file(Lease, store::FilmFile) override { co_return unused(); }
  Async<void> record_published(Lease, int) override { co_return unused(); }
  Async<void> change_output(Lease, std::string) override { co_return unused(); }
  Async<std::vector<Duration>> render_times(store::RenderKind) override { co_return unused(); }
  Async<store::StateCounts> counts() override { co_return unused(); }
  void close() override {}

 private:
  static Error unused() { return Error{Errc::kInternal, "fake.store", "not used by the spool"}; }
  std::optional<Error> refusal();
  const store::NewJob* job_with_key(const std::string& key) const;

  Clock& clock_;
};

}  // namespace reeld::test
