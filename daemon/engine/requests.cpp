// What people ask of the engine: each wish is done in the store first, then the runs follow.
#include <algorithm>

#include "common/util/log.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/engine/job_run.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr Duration kLookForRecovery = 10ms;

}  // namespace

Engine::Async<store::ActionResult> Engine::act(store::Action action, std::vector<JobId> jobs, std::string by,
                                               bool delete_upstream) {
  auto result = co_await parts_.store.act(action, std::move(jobs), by);
  if (!result) co_return result;
  follow(*result);
  for (const store::ActionOutcome& outcome : result->outcomes) {
    if (!outcome.state) continue;
    log_event(spdlog::level::info, "done for a person",
              {{"action", store::to_string(action)},
               {"job", outcome.job.str()},
               {"to", to_string(*outcome.state)},
               {"by", by}});
  }
  if (delete_upstream) nursery_.spawn(this->delete_upstream(result->outcomes));
  co_return result;
}

Engine::Async<store::ActionResult> Engine::resolve(JobId job, store::Resolution resolution, std::string by) {
  // Its submit may still be answered: nobody knows better than that answer.
  if (is_live(job)) {
    co_return Error{Errc::kConflict, "engine.resolve",
                    "the answer to its submit is still being waited for; try again in two minutes"};
  }
  auto result = co_await parts_.store.resolve(std::move(job), std::move(resolution), std::move(by));
  if (result) follow(*result);
  co_return result;
}

Engine::Async<int> Engine::release_batch(BatchId batch, std::string by) {
  auto released = co_await parts_.store.release_batch(batch, by);
  work_.poke();
  int all = 0;
  while (released && *released > 0) {
    all += *released;
    released = co_await parts_.store.go_on_releasing(batch, by);
    work_.poke();
  }
  if (!released) co_return released;
  co_return all;
}

/// The start reads whether the queue is paused; it must not read what is just being changed.
asio::awaitable<void> Engine::wait_recovered() {
  while (!recovered_) co_await parts_.clock.sleep_for(kLookForRecovery);
}

Engine::Async<void> Engine::pause(store::Pause pause) {
  co_await wait_recovered();
  auto paused = co_await parts_.store.pause(pause);
  if (!paused) co_return paused;
  log_event(spdlog::level::info, "paused: nothing is submitted",
            {{"reason", pause.reason}, {"by", pause.by}});
  pause_ = std::move(pause);
  for (auto& run : runs_) {
    if (run->job().state == JobState::kSubmitting) run->poke();
  }
  co_return paused;
}

Engine::Async<void> Engine::resume(std::string by) {
  co_await wait_recovered();
  auto resumed = co_await parts_.store.resume(by);
  if (!resumed) co_return resumed;
  log_event(spdlog::level::info, "resumed", {{"by", by}});
  pause_.reset();
  hold_.probe_now(parts_.clock.elapsed());
  work_.poke();
  co_return resumed;
}

void Engine::follow(const store::ActionResult& result) {
  bool any_final = false;
  for (const store::ActionOutcome& outcome : result.outcomes) {
    if (!outcome.state) continue;
    any_final = any_final || is_final(*outcome.state);
    for (auto& run : runs_) {
      if (run->job().lease.job == outcome.job) run->abandon();
    }
  }
  for (const store::ClaimedJob& job : result.taken_up) start(job);
  work_.poke();
  if (any_final) on_job_end_();
}

/// One after the other, within the limits. The job lets go of its generation first: one that was retried
/// meanwhile keeps it.
asio::awaitable<void> Engine::delete_upstream(std::vector<store::ActionOutcome> cancelled) {
  for (const store::ActionOutcome& outcome : cancelled) {
    if (outcome.state != JobState::kCancelled || outcome.generation.empty()) continue;
    for (Duration wait; (wait = governor_.request_wait(parts_.clock.elapsed())) > 0ms;) {
      if (stopping_) co_return;
      co_await parts_.clock.sleep_for(std::min<Duration>(wait, 1s));
    }
    auto forgotten = co_await parts_.store.forget_generation(outcome.job, outcome.generation);
    if (!forgotten) spdlog::error("nothing is deleted from the account: {}", describe(forgotten.error()));
    if (!forgotten || !*forgotten) continue;
    governor_.note_request(parts_.clock.elapsed());
    auto removed = co_await parts_.api.remove(outcome.generation);
    if (removed) continue;
    const std::string words =
        "its generation could not be deleted from the account: " + removed.error().words;
    auto noted =
        co_await parts_.store.note(outcome.job, words, Json{{"generation", outcome.generation.str()}});
    if (!noted) spdlog::error("a line of the history is lost: {} ({})", words, describe(noted.error()));
  }
}

asio::awaitable<void> Engine::announce(store::EventKind kind, std::string text, Json detail) {
  auto announced = co_await parts_.store.announce(kind, text, std::move(detail));
  if (!announced) spdlog::error("a line of the history is lost: {} ({})", text, describe(announced.error()));
}

namespace {

constexpr std::string_view kRestored =
    "the queue was restored from a backup: the account's list is read for what was sent since";

}  // namespace

Situation Engine::situation() const {
  const Duration now = parts_.clock.elapsed();
  Situation situation;
  situation.account_hold = hold_.reason();
  if (hold_.stands()) situation.account_hold_class = hold_class_;
  if (restored_from_ && !hold_.stands()) situation.account_hold = std::string(kRestored);
  situation.probe_in = hold_.wait(now);
  situation.pause = pause_;
  situation.disk_low = results_gone_.empty() ? disk_low_ : results_gone_;
  situation.downloads_paused = downloads_paused();
  situation.store_trouble = parts_.store.trouble();
  situation.submit_wait = governor_.submit_wait(now);
  situation.in_flight = governor_.generations();
  situation.window = static_cast<int>(governor_.window());
  situation.max_generations = options_.rules.limits.max_generations;
  situation.submits_per_minute = options_.rules.limits.submits_per_minute;
  situation.requests_per_minute = options_.rules.limits.requests_per_minute;
  situation.downloads = governor_.downloads();
  situation.max_downloads = options_.rules.limits.max_downloads;
  situation.caps = options_.rules.caps;
  situation.stopping = stopping_;
  return situation;
}

}  // namespace reeld::engine
