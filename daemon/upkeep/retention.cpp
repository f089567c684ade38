// What the configuration asks for: retention.jobs and retention.files.
#include <algorithm>

#include "common/util/log.hpp"
#include "daemon/upkeep/upkeep.hpp"

namespace reeld::upkeep {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr Duration kFirstRound = 1min;
constexpr Duration kBetweenRounds = 1h;
/// Small pieces, so that no claim and no list waits long for one.
constexpr int kStep = 100;
constexpr Duration kBetweenSteps = 200ms;
/// Attempts of forgotten jobs, and batches without jobs, are known for at least so long.
constexpr Duration kKeepRemains = 24h * 90;

}  // namespace

asio::awaitable<void> Upkeep::run() {
  co_await parts_.clock.sleep_for(kFirstRound);
  for (;;) {
    auto done = co_await round();
    if (!done) spdlog::warn("old jobs and files stay for now: {}", describe(done.error()));
    co_await parts_.clock.sleep_for(kBetweenRounds);
  }
}

asio::awaitable<Result<void>> Upkeep::round() {
  PruneOutcome outcome;
  // What a person asked for, and a restart interrupted.
  if (auto removed = co_await remove_released(outcome); !removed) co_return removed;
  if (const std::string trouble = clock_trouble(); !trouble.empty()) {
    if (!clock_told_) spdlog::warn("old jobs and files stay: {}", trouble);
    clock_told_ = true;
    co_return Result<void>();
  }
  clock_told_ = false;
  if (auto released = co_await release_old_files(outcome); !released) co_return released;
  if (auto forgotten = co_await forget_old_jobs(outcome); !forgotten) co_return forgotten;
  tell_waiting(outcome);
  if (outcome.jobs > 0 || outcome.files > 0) {
    log_event(spdlog::level::info, "forgot what was kept long enough",
              {{"jobs", outcome.jobs}, {"files", outcome.files}, {"bytes", outcome.bytes}});
  }
  co_return co_await forget_remains();
}

asio::awaitable<Result<void>> Upkeep::release_old_files(PruneOutcome& outcome) {
  if (options_.keep_files == 0ms) co_return Result<void>();
  const Time before = parts_.clock.now() - options_.keep_files;
  for (;;) {
    auto released = co_await parts_.store.release_files(before, kStep);
    if (!released) co_return released.error();
    if (*released == 0) co_return Result<void>();
    if (auto removed = co_await remove_released(outcome); !removed) co_return removed;
    co_await parts_.clock.sleep_for(kBetweenSteps);
  }
}

asio::awaitable<Result<void>> Upkeep::forget_old_jobs(PruneOutcome& outcome) {
  if (options_.keep_jobs == 0ms) co_return Result<void>();
  store::PruneChoice choice;
  // A job that is forgotten before its files would leave them behind for good.
  choice.ended_before = parts_.clock.now() - std::max(options_.keep_jobs, options_.keep_files);
  // What failed and was cancelled may have brought some films, too.
  choice.files = options_.keep_files > 0ms;
  for (std::string after;;) {
    auto step = co_await parts_.store.prune(choice, after, kStep);
    if (!step) co_return step.error();
    outcome.jobs += step->jobs;
    if (auto removed = co_await remove_released(outcome); !removed) co_return removed;
    after = step->next;
    if (after.empty()) co_return Result<void>();
    co_await parts_.clock.sleep_for(kBetweenSteps);
  }
}

asio::awaitable<Result<void>> Upkeep::forget_remains() {
  const Duration keep = std::max(kKeepRemains, options_.duplicate_window);
  for (;;) {
    auto forgotten = co_await parts_.store.forget_remains(parts_.clock.now() - keep, kStep);
    if (!forgotten) co_return forgotten.error();
    if (*forgotten < kStep) co_return Result<void>();
    co_await parts_.clock.sleep_for(kBetweenSteps);
  }
}

}  // namespace reeld::upkeep
