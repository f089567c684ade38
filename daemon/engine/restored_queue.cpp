// A queue that was restored from a backup: what was sent since is not on record in it, and must not be sent
// again.
#include <fmt/format.h>

#include <algorithm>

#include "common/job/spec.hpp"
#include "common/util/log.hpp"
#include "common/util/uuid.hpp"
#include "daemon/engine/engine.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using leonardo::Generation;

namespace {

constexpr int kJobsAtOnce = 1000;
constexpr int kLooks = 2;
constexpr Duration kBetweenLooks = 2s;
constexpr Duration kUntilAccountIsKnown = 5s;
/// The backup's time is by this machine's clock, which may be as far from the service's as deadlines allow.
constexpr Duration kBackupSlack = 6min;

Wanted wanted_by_spec(const JobSpec& spec) {
  Wanted wanted;
  wanted.prompt = spec.prompt;
  wanted.may_be_rewritten = spec.prompt_enhance.value_or("OFF") != "OFF";
  wanted.seed = spec.seed;
  wanted.width = spec.width;
  wanted.height = spec.height;
  return wanted;
}

/// The generations that a job may have become at any time since the backup.
std::vector<GenerationId> lookalikes(const JobSpec& spec, const std::vector<Generation>& strangers) {
  std::vector<GenerationId> alike;
  Wanted wanted = wanted_by_spec(spec);
  for (const Generation& stranger : strangers) {
    wanted.sent_at = made_at(stranger).value_or(Time{});
    if (fit(wanted, stranger) != Fit::kNone) alike.push_back(stranger.id);
  }
  return alike;
}

}  // namespace

asio::awaitable<Duration> Reconciler::look_since_backup(const store::Restored& backup) {
  if (engine_.account().empty()) co_return kUntilAccountIsKnown;
  if (!backup.account.empty() && backup.account != engine_.account()) {
    log_event(spdlog::level::warn,
              "the restored queue belongs to another account: nothing is submitted with this key",
              {{"account", backup.account}});
    co_return kLongestPause;
  }
  // What was sent just before the restore may not be in the list yet.
  const Duration looked_for = engine_.parts().clock.elapsed() - began_;
  if (looked_for < engine_.rules().settle_time) co_return engine_.rules().settle_time - looked_for;
  const auto list = co_await walk(backup.backed_up_at - kBackupSlack);
  if (!list) co_return walk_failed(list.error());
  const auto strangers = co_await strangers_in(*list);
  if (!strangers) co_return walk_failed(strangers.error());
  if (!co_await mark_lookalikes(*strangers)) co_return kUntilAccountIsKnown;
  if (++looks_since_backup_ < kLooks) co_return kBetweenLooks;
  const auto forgotten = co_await engine_.parts().store.forget_restored();
  if (!forgotten) co_return walk_failed(forgotten.error());
  log_event(spdlog::level::info, "the restored queue was compared with the account's list",
            {{"generations", strangers->size()}});
  co_await engine_.go_on_restored();
  co_return 10ms;
}

/// True when all unfinished jobs were looked at.
asio::awaitable<bool> Reconciler::mark_lookalikes(const std::vector<Generation>& strangers) {
  // Each look finds the same ones: those of the last are marked.
  if (strangers.empty() || looks_since_backup_ + 1 < kLooks) co_return true;
  store::ReconcileStore& store = engine_.parts().store;
  for (JobId after;;) {
    const auto jobs = co_await store.unfinished_jobs(after, kJobsAtOnce);
    if (!jobs) co_return false;
    if (jobs->empty()) co_return true;
    after = jobs->back().job;
    for (const store::WaitingJob& job : *jobs) {
      auto alike = lookalikes(job_spec_from_json(job.spec), strangers);
      if (alike.empty()) continue;
      const std::string words = fmt::format(
          "the queue was restored from a backup, and the account has made what looks like this job since "
          "({}): "
          "`reeld cancel {}` if that is it, `reeld release` to render it",
          alike.front().str(), short_id(job.job.str()));
      const auto marked = co_await store.mark_sent_since(job.job, std::move(alike), words);
      if (!marked) co_return false;
    }
  }
}

}  // namespace reeld::engine
