#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "common/util/random.hpp"
#include "common/util/uuid.hpp"
#include "daemon/store/open.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/files.hpp"
#include "tests/support/run_task.hpp"

namespace reeld::store {

/// A real queue in a folder of its own, with a clock that stands still unless moved.
class StoreTest : public testing::Test {
 protected:
  StoreTest() { open(); }
  ~StoreTest() override {
    if (store_) store_->close();
  }

  void open() {
    auto opened = open_store({database()}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = std::move(*opened);
  }
  void reopen() {
    store_->close();
    store_.reset();
    open();
  }

  std::filesystem::path database() const { return dir_.path() / "queue.db"; }

  template <class T>
  Result<T> wait(boost::asio::awaitable<Result<T>> call) {
    return test::run_task<Result<T>>(io_, std::move(call));
  }

  NewJob new_job(int position, const std::string& name = "shot") {
    NewJob job;
    job.id = JobId(uuids_.next());
    job.position = position;
    job.name = name;
    job.kind = {"ltxv-2.0-pro", 1920, 1080, 8};
    job.spec = Json{{"prompt", name}};
    job.output_path = name + "-" + std::to_string(position);
    return job;
  }

  /// Accepts a batch of these jobs; its id.
  BatchId accept(std::vector<NewJob> jobs, const std::string& file_name = "shots.jsonl") {
    BatchId batch(uuids_.next());
    EXPECT_TRUE(wait(store_->stage(batch, std::move(jobs))));
    EXPECT_TRUE(wait(store_->accept(NewBatch{batch, "shots", file_name, "ann", "digest-of-" + file_name})));
    return batch;
  }

  std::vector<ClaimedJob> claim(int limit) { return wait(store_->claim(limit)).value().jobs; }

  Intent new_intent() {
    Intent intent;
    intent.id = IntentId(uuids_.next());
    intent.seed = 7;
    intent.body = "{}";
    return intent;
  }

  /// Takes a claimed job to generating; the generation's id.
  GenerationId generate(const ClaimedJob& job) {
    const Intent intent = new_intent();
    EXPECT_TRUE(wait(store_->record_intent(job.lease, intent)));
    const GenerationId generation(uuids_.next());
    EXPECT_TRUE(
        wait(store_->record_accepted(job.lease, {intent.id, generation, "0.25", "DOLLARS", "accepted"}))
            .value());
    return generation;
  }

  std::int64_t count(JobState state) { return wait(store_->counts()).value()[state]; }

  test::TempDir dir_;
  test::FakeClock clock_;
  SeededRandom random_{1};
  UuidGenerator uuids_{clock_, random_};
  boost::asio::io_context io_;
  std::unique_ptr<Store> store_;
};

}  // namespace reeld::store
