#pragma once

#include <string>
#include <vector>

#include "daemon/api/control.hpp"
#include "daemon/store/store.hpp"

namespace reeld::test {

/// The engine as far as people see it: it does in the store what they ask, and has no renders.
class FakeControl final : public api::Control {
 public:
  explicit FakeControl(store::Store& store) : store_(store) {}

  engine::Situation now;
  int pokes = 0;
  std::vector<std::size_t> acted_on;  ///< how many jobs each call named
  std::string asked_by;
  bool deleted_upstream = false;

  Async<store::ActionResult> act(store::Action action, std::vector<JobId> jobs, std::string by,
                                 bool delete_upstream) override {
    acted_on.push_back(jobs.size());
    asked_by = by;
    deleted_upstream = delete_upstream;
    co_return co_await store_.act(action, std::move(jobs), std::move(by));
  }
  Async<store::ActionResult> resolve(JobId job, store::Resolution resolution, std::string by) override {
    co_return co_await store_.resolve(std::move(job), std::move(resolution), std::move(by));
  }
  Async<int> release_batch(BatchId batch, std::string by) override {
    co_return co_await store_.release_batch(std::move(batch), std::move(by));
  }
  Async<void> pause(store::Pause pause) override {
    now.pause = pause;
    co_return co_await store_.pause(std::move(pause));
  }
  Async<void> resume(std::string by) override {
    now.pause.reset();
    co_return co_await store_.resume(std::move(by));
  }
  engine::Situation situation() const override { return now; }
  void poke() override { ++pokes; }

 private:
  store::Store& store_;
};

}  // namespace reeld::test
