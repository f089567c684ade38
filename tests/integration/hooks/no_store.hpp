#pragma once

#include <stdexcept>

#include "daemon/store/store.hpp"

namespace reeld::test {

/// A store whose every call is a test's mistake: a base for those that need a few.
class NoStore : public store::Store {
 public:
  const std::string& queue_id() const override { throw unused(); }
  Async<std::vector<store::StagedJob>> stage(BatchId, std::vector<store::NewJob>) override { throw unused(); }
  Async<void> accept(store::NewBatch) override { throw unused(); }
  Async<void> discard(BatchId) override { throw unused(); }
  Async<store::BatchSummary> batch(BatchId) override { throw unused(); }
  Async<std::optional<store::BatchSummary>> batch_with_digest(std::string, Time) override { throw unused(); }
  Async<std::vector<store::BatchJob>> batch_jobs(BatchId, int, int) override { throw unused(); }
  Async<std::vector<store::BatchSummary>> finished_batches() override { throw unused(); }
  Async<void> mark_reported(BatchId) override { throw unused(); }
  Async<std::vector<store::BatchSummary>> stale_receipts() override { throw unused(); }
  Async<void> mark_receipt_written(BatchId) override { throw unused(); }
  Async<store::Claimed> claim(int) override { throw unused(); }
  Async<store::Recovery> recover() override { throw unused(); }
  Async<std::vector<Time>> recent_intents() override { throw unused(); }
  Async<void> record_intent(Lease, store::Intent) override { throw unused(); }
  Async<bool> record_accepted(Lease, store::Acceptance) override { throw unused(); }
  Async<void> move(Lease, store::Move) override { throw unused(); }
  Async<void> note(JobId, std::string, Json) override { throw unused(); }
  Async<void> mark_overdue(Lease, std::string) override { throw unused(); }
  Async<void> record_films(Lease, std::vector<store::NewFilm>, std::optional<Duration>) override {
    throw unused();
  }
  Async<void> record_progress(Lease, store::FilmProgress) override { throw unused(); }
  Async<void> record_film_file(Lease, store::FilmFile) override { throw unused(); }
  Async<void> record_published(Lease, int) override { throw unused(); }
  Async<void> change_output(Lease, std::string) override { throw unused(); }
  Async<std::vector<Duration>> render_times(store::RenderKind) override { throw unused(); }
  Async<store::ActionResult> act(store::Action, std::vector<JobId>, std::string) override { throw unused(); }
  Async<int> release_batch(BatchId, std::string) override { throw unused(); }
  Async<store::ActionResult> resolve(JobId, store::Resolution, std::string) override { throw unused(); }
  Async<void> edit(JobId, store::JobEdit, std::string) override { throw unused(); }
  Async<void> pause(store::Pause) override { throw unused(); }
  Async<void> resume(std::string) override { throw unused(); }
  Async<std::optional<store::Pause>> paused() override { throw unused(); }
  Async<std::optional<store::BatchSummary>> batch_with_idempotency_key(std::string) override {
    throw unused();
  }
  Async<void> announce(store::EventKind, std::string, Json) override { throw unused(); }
  Async<int> collect_deliveries(std::vector<std::string>) override { throw unused(); }
  Async<std::vector<store::Delivery>> due_deliveries(std::string, int) override { throw unused(); }
  Async<void> finish_delivery(std::int64_t, std::string) override { throw unused(); }
  Async<void> put_off_delivery(std::int64_t, Time, std::string) override { throw unused(); }
  Async<std::optional<Time>> next_delivery() override { throw unused(); }
  void on_commit(std::function<void()>) override { throw unused(); }
  Async<store::StateCounts> counts() override { throw unused(); }
  void close() override {}

 private:
  static std::logic_error unused() {
    return std::logic_error("a call of the store that the test does not expect");
  }
};

}  // namespace reeld::test
