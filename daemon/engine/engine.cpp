#include "daemon/engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/util/log.hpp"
#include "daemon/engine/job_run.hpp"

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

constexpr int kMostClaimedAtOnce = 64;
constexpr int kFailuresThatPause = 10;
/// The dispatcher looks at least this often, so that a step of the wall clock delays nothing for long.
constexpr Duration kLongestIdle = 30s;
/// Finished renders that wait for a download slot, by slot: beyond, nothing new is claimed.
constexpr int kWaitingPerDownload = 8;
constexpr Duration kLookAnyway = 1s;
/// Clocks that differ by more leave it open which of them a deadline means.
constexpr Duration kClocksMayDiffer = 5min;
/// A run that was taken its job from ends at its next wait.
constexpr Duration kOlderRunEnds = 20ms;

void report(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    spdlog::critical("a bug ended a coroutine of the engine: {}", error.what());
  }
}

}  // namespace

Engine::Engine(asio::any_io_executor executor, Parts parts, EngineOptions options,
               std::function<void()> on_job_end)
    : parts_(parts),
      options_(std::move(options)),
      on_job_end_(std::move(on_job_end)),
      governor_(options_.rules.limits, options_.rules.retry, parts.random),
      frame_uploads_(executor, {parts.store, parts.images, parts.pool, parts.clock, parts.random, governor_},
                     {options_.frames, options_.base_url, options_.rules.retry}),
      work_(executor),
      disk_wakeup_(executor),
      results_wakeup_(executor),
      reconciler_(*this, executor),
      nursery_(executor, report) {
  // Nothing is sent before the account has said who it is. No trouble has been met yet.
  hold_.put(options_.missing_key.empty() ? "the account has not answered yet" : options_.missing_key, -1h);
  hold_.confirm();
}

Engine::~Engine() = default;

asio::awaitable<void> Engine::run() {
  // Looks while the queue is read: no film is fetched into a disk that is full.
  nursery_.spawn(watch_disk());
  co_await recover();
  recovered_ = true;
  if (options_.results_are_marked) nursery_.spawn(watch_results());
  nursery_.spawn(reconciler_.run());
  co_await dispatch();
}

asio::awaitable<void> Engine::recover() {
  for (;;) {
    auto recovery = co_await parts_.store.recover();
    auto sent = co_await parts_.store.recent_intents();
    auto paused = co_await parts_.store.paused();
    auto restored = co_await parts_.store.restored_from();
    if (recovery && sent && paused && restored) {
      pause_ = std::move(*paused);
      restored_from_ = *restored;
      const Duration now = parts_.clock.elapsed();
      for (Time at : *sent) governor_.note_submit(now - std::max<Duration>(parts_.clock.now() - at, 0ms));
      log_event(spdlog::level::info, "recovered",
                {{"in_flight", recovery->in_flight.size()},
                 {"requeued", recovery->requeued},
                 {"unknown", recovery->unknown}});
      // What renders may have been sent once more since a backup: it is taken up when that is known.
      if (restored_from_) co_return;
      for (store::ClaimedJob& job : recovery->in_flight) start(std::move(job));
      co_return;
    }
    const Error& error = !recovery ? recovery.error()
                         : !sent   ? sent.error()
                         : !paused ? paused.error()
                                   : restored.error();
    spdlog::error("the queue cannot be read, trying on: {}", describe(error));
    co_await parts_.clock.sleep_for(1s);
  }
}

asio::awaitable<void> Engine::dispatch() {
  while (!stopping_) {
    if (!parts_.store.trouble().empty()) {
      // What cannot be recorded must not be begun; the store tries the disk again each second.
      co_await work_.wait_for(1s);
      continue;
    }
    if (hold_.stands() && hold_.wait(parts_.clock.elapsed()) == 0ms) co_await probe();
    bool more = false;
    // Jobs become due and pass their deadlines also while nothing may be sent; a claim of none sees to that.
    if (claimable() > 0 || look_wait() == 0ms) more = co_await claim();
    if (more || stopping_) continue;
    co_await work_.wait_for(idle_time());
  }
}

int Engine::claimable() const {
  if (submits_held() || disk_room_ != DiskRoom::kEnough || !results_gone_.empty()) return 0;
  const int downloads = options_.rules.limits.max_downloads;
  if (downloads > 0 && governor_.downloads() >= downloads * kWaitingPerDownload) return 0;
  const int room = std::min(governor_.room(parts_.clock.elapsed()), kMostClaimedAtOnce);
  // After trouble one job goes ahead alone: a whole window of refusals would tell nothing more.
  if (hold_.is_on_trial()) return std::min(room, submitting() > 0 ? 0 : 1);
  return room;
}

int Engine::submitting() const {
  return static_cast<int>(std::ranges::count_if(
      runs_, [](const auto& run) { return run->job().state == JobState::kSubmitting; }));
}

Duration Engine::idle_time() const {
  const Duration now = parts_.clock.elapsed();
  Duration idle = kLongestIdle;
  if (hold_.stands()) idle = std::min(idle, hold_.wait(now));
  if (const Duration wait = governor_.submit_wait(now); wait > 0ms) idle = std::min(idle, wait);
  if (next_due_) idle = std::min<Duration>(idle, *next_due_ - parts_.clock.now());
  return std::max<Duration>(idle, 10ms);
}

/// Until the queue is looked at although nothing can be claimed: when a job is due, else once in a second at
/// the most, which is soon enough for jobs that have just come.
Duration Engine::look_wait() const {
  if (next_due_ && *next_due_ <= parts_.clock.now()) return 0ms;
  return std::max<Duration>(looked_at_ + kLookAnyway - parts_.clock.elapsed(), 0ms);
}

asio::awaitable<bool> Engine::claim() {
  looked_at_ = parts_.clock.elapsed();
  tell_of_clocks();
  auto claimed = co_await parts_.store.claim(claimable(), clocks_agree());
  if (!claimed) {
    spdlog::error("nothing can be claimed, trying on: {}", describe(claimed.error()));
    next_due_.reset();
    co_await work_.wait_for(1s);
    co_return false;
  }
  next_due_ = claimed->next_due;
  const bool more = claimed->more || !claimed->jobs.empty();
  for (store::ClaimedJob& job : claimed->jobs) start(std::move(job));
  co_return more;
}

bool Engine::clocks_agree() const {
  const Duration difference = parts_.api.upstream_now() - parts_.clock.now();
  return difference <= kClocksMayDiffer && -difference <= kClocksMayDiffer;
}

void Engine::tell_of_clocks() {
  const bool agree = clocks_agree();
  if (agree == clocks_agreed_) return;
  clocks_agreed_ = agree;
  if (agree) return spdlog::info("this machine's clock agrees with the service's again");
  const Duration ahead = parts_.clock.now() - parts_.api.upstream_now();
  spdlog::warn(
      "this machine's clock is {} {} the service's: no job is ended by its deadline and nothing is forgotten "
      "until that is mended; set the clock (timedatectl set-ntp true)",
      humanize(ahead < 0ms ? -ahead : ahead), ahead < 0ms ? "behind" : "ahead of");
}

void Engine::start(store::ClaimedJob job) {
  auto run = runs_.insert(runs_.end(), std::make_unique<JobRun>(*this, work_.executor(), std::move(job)));
  nursery_.spawn(live(run));
}

asio::awaitable<void> Engine::live(std::list<std::unique_ptr<JobRun>>::iterator run) {
  // The run goes with the coroutine that lives it, however that ends.
  struct Ending {
    Engine& engine;
    std::list<std::unique_ptr<JobRun>>::iterator run;
    ~Ending() {
      const JobState state = (*run)->job().state;
      const bool final = is_final(state);
      engine.runs_.erase(run);
      engine.work_.poke();
      // Its submit was not heard, or heard of by a run that had lost the job.
      if (state == JobState::kUnknown || state == JobState::kSubmitting) engine.reconciler_.poke();
      if (final) engine.on_job_end_();
    }
  } ending{*this, run};
  while (has_older_run(**run)) co_await parts_.clock.sleep_for(kOlderRunEnds);
  co_await (*run)->run();
}

asio::awaitable<void> Engine::probe() {
  if (!options_.missing_key.empty()) {
    hold_.put(options_.missing_key, parts_.clock.elapsed());
    hold_class_.clear();
    co_await announce_hold();
    co_return;
  }
  governor_.note_request(parts_.clock.elapsed());
  const int asked_with = key_no_;
  auto account = co_await parts_.api.me();
  if (asked_with != key_no_) co_return;
  if (!account) {
    const std::string words =
        fmt::format("{} ({})", account.error().words, to_string(account.error().error_class));
    log_event(spdlog::level::warn, "submits are held, the account does not answer", {{"reason", words}});
    hold_.put(words, parts_.clock.elapsed());
    hold_class_ = to_string(account.error().error_class);
    co_await announce_hold();
    co_return;
  }
  account_ = account->user_id;
  reconciler_.poke();
  failures_in_a_row_ = 0;
  log_event(spdlog::level::info, "submits go on", {{"account", account_}, {"after", hold_.reason()}});
  hold_.lift();
  if (!hold_announced_) co_return;
  hold_announced_ = false;
  co_await announce(store::EventKind::kAccountResumed, "submits go on", Json::object());
}

/// Tells the history once that submits are held, however long that takes.
asio::awaitable<void> Engine::announce_hold() {
  if (hold_announced_ || !hold_.stands()) co_return;
  hold_announced_ = true;
  co_await announce(store::EventKind::kAccountHeld, "submits are held: " + hold_.reason(),
                    Json{{"reason", hold_.reason()}, {"class", hold_class_}});
}

bool Engine::is_live(const JobId& job) const {
  return std::ranges::any_of(runs_, [&](const auto& run) { return run->job().lease.job == job; });
}

asio::awaitable<void> Engine::go_on_restored() {
  co_await recover();
  work_.poke();
}

void Engine::give_turn_back(const std::string& fingerprint) {
  sending_.erase(fingerprint);
  for (auto& run : runs_) {
    if (run->job().state == JobState::kSubmitting) run->poke();
  }
}

bool Engine::has_older_run(const JobRun& run) const {
  for (const auto& other : runs_) {
    if (other.get() == &run) return false;
    if (other->job().lease.job == run.job().lease.job) return true;
  }
  return false;
}

void Engine::submit_answered() {
  service_answered();
  hold_.confirm();
}

void Engine::service_failed(const std::string& words) {
  if (++failures_in_a_row_ >= kFailuresThatPause)
    hold_submits("the service keeps failing: " + words, leonardo::ErrorClass::kServerError);
}

void Engine::hold_submits(const std::string& reason, leonardo::ErrorClass error_class) {
  if (!hold_.stands()) log_event(spdlog::level::warn, "submits are held", {{"reason", reason}});
  hold_.put(reason, parts_.clock.elapsed());
  hold_class_ = to_string(error_class);
  nursery_.spawn(announce_hold());
  for (auto& run : runs_) {
    if (run->job().state == JobState::kSubmitting) run->poke();
  }
  work_.poke();
}

asio::awaitable<bool> Engine::stop(Duration grace) {
  stopping_ = true;
  work_.poke();
  disk_wakeup_.poke();
  results_wakeup_.poke();
  reconciler_.poke();
  for (auto& run : runs_) run->poke();
  const bool ended = co_await nursery_.join(grace);
  if (!ended) {
    spdlog::warn("{} jobs did not wind down in time and are taken up at the next start", nursery_.size());
    nursery_.cancel(asio::cancellation_type::terminal);
    co_await nursery_.join(1s);
  }
  co_await frame_uploads_.stop();
  co_return ended;
}

}  // namespace reeld::engine
