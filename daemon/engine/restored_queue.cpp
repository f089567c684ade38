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
constexpr Duration kUntilAccountIsKnown = 5s;

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

asio::awaitable<Duration> Reconciler::look_since_backup(Time backed_up_at) {
  if (engine_.account().empty()) co_return kUntilAccountIsKnown;
  const auto list = co_await walk(backed_up_at - kClockSlack);
  if (!list) co_return walk_failed(list.error());
  const auto strangers = co_await strangers_in(*list);
  if (!strangers) co_return walk_failed(strangers.error());
  if (!co_await hold_lookalikes(*strangers)) co_return kUntilAccountIsKnown;
  const auto forgotten = co_await engine_.parts().store.forget_restored();
  if (!forgotten) co_return walk_failed(forgotten.error());
  log_event(spdlog::level::info, "the restored queue was compared with the account's list",
            {{"generations", strangers->size()}});
  engine_.knows_what_was_sent();
  co_return 10ms;
}

/// True when all waiting jobs were looked at.
asio::awaitable<bool> Reconciler::hold_lookalikes(const std::vector<Generation>& strangers) {
  store::ReconcileStore& store = engine_.parts().store;
  for (JobId after; !strangers.empty();) {
    const auto jobs = co_await store.waiting_jobs(after, kJobsAtOnce);
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
      const auto held = co_await store.hold_sent_since(job.job, std::move(alike), words);
      if (!held) co_return false;
    }
  }
  co_return true;
}

}  // namespace reeld::engine
