#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/util/clock.hpp"
#include "daemon/store/frame_store.hpp"
#include "daemon/store/intake_store.hpp"

namespace reeld::test {

/// The part of the queue that intake and its reports use, in memory. All on one thread.
class FakeStore final : public store::IntakeStore, public store::FrameStore {
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
  std::map<JobId, store::JobFrames> frames;
  std::size_t largest_stage = 0;
  std::string queue = "this-queue";
  int refuse = 0;  ///< so many writes fail with kUnavailable

  Async<std::vector<store::StagedJob>> stage(BatchId batch, std::vector<store::NewJob> jobs) override;
  Async<void> accept(store::NewBatch batch) override;
  Async<void> discard(BatchId batch) override;
  Async<store::BatchSummary> batch(BatchId batch) override;
  Async<std::optional<store::BatchSummary>> batch_with_digest(std::string sha256, Time since) override;
  Async<std::optional<store::BatchSummary>> batch_with_idempotency_key(std::string) override {
    co_return std::optional<store::BatchSummary>();
  }
  Async<std::vector<store::BatchJob>> batch_jobs(BatchId batch, int after, int limit) override;
  Async<std::vector<store::BatchSummary>> finished_batches() override;
  Async<void> mark_reported(BatchId batch) override;
  Async<std::vector<store::BatchSummary>> stale_receipts() override;
  Async<void> mark_receipt_written(BatchId batch) override;
  const std::string& queue_id() const override { return queue; }

  Async<void> stage_frames(std::vector<store::FramesOfJob> jobs) override {
    for (store::FramesOfJob& job : jobs) frames[job.job] = std::move(job.frames);
    co_return Result<void>();
  }
  Async<store::JobFrames> job_frames(JobId job) override { co_return frames[job]; }
  Async<std::vector<std::string>> unneeded_frames(std::vector<std::string> copies) override {
    std::erase_if(copies, [this](const std::string& copy) {
      return std::ranges::any_of(frames, [&](const auto& job) { return job.second.start == copy; });
    });
    co_return copies;
  }
  Async<std::optional<std::string>> uploaded_image(store::ImageKey) override {
    co_return std::optional<std::string>();
  }
  Async<void> remember_image(store::ImageKey, std::string) override { co_return Result<void>(); }
  Async<bool> forget_images(JobId, std::vector<std::string>) override { co_return true; }

 private:
  std::optional<Error> refusal();
  const store::NewJob* job_with_key(const std::string& key) const;

  Clock& clock_;
};

}  // namespace reeld::test
