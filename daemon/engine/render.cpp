// A job's second stage: from the id to the finished render.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/job_run.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using leonardo::ErrorClass;
using leonardo::Generation;
using leonardo::RenderStatus;
using store::Move;

namespace {

/// A render that is complete without all its films gets this long to show them: the service may write in two
/// steps.
constexpr Duration kFilmsMayFollowFor = 2min;

std::vector<store::NewFilm> to_records(const std::vector<leonardo::RenderedFilm>& films) {
  std::vector<store::NewFilm> records;
  records.reserve(films.size());
  for (const leonardo::RenderedFilm& film : films) {
    const int number = static_cast<int>(records.size()) + 1;
    records.push_back(
        {number, leonardo::without_query(film.video_url), leonardo::without_query(film.poster_url)});
  }
  return records;
}

}  // namespace

JobRun::Step JobRun::wait_for_render() {
  const Engine::Parts& parts = engine_.parts();
  const EngineRules& rules = engine_.rules();
  const auto samples = co_await insist([&] { return parts.store.render_times(job_.kind); });
  auto typical = samples ? typical_render_time(*samples) : std::nullopt;
  if (typical) typical = std::min(*typical, rules.render_timeout);
  const Time accepted = job_.generating_since.value_or(parts.clock.now());
  std::optional<Duration> incomplete_since;
  for (int polls = 0;; ++polls) {
    const Duration age = parts.clock.now() - accepted;
    // After a restart the render may be long done: the first look comes at once.
    const bool at_once = taken_up_ && polls == 0;
    const Duration delay = next_poll(rules.poll, typical, age, polls, job_.overdue, parts.random.unit());
    if (!at_once && !co_await pause(delay)) co_return Next::kEnd;
    if (!co_await wait_to_ask()) co_return Next::kEnd;
    const auto generation = co_await look();
    const bool ended = generation && (generation->status == RenderStatus::kFailed ||
                                      generation->status == RenderStatus::kComplete);
    if (!ended) co_await warn_when_overdue(parts.clock.now() - accepted);
    if (!generation) continue;
    if (generation->status == RenderStatus::kFailed) co_return co_await render_failed(*generation);
    if (generation->status != RenderStatus::kComplete) continue;
    const bool all_there = static_cast<int>(generation->films.size()) >= job_.quantity;
    if (!incomplete_since) incomplete_since = parts.clock.elapsed();
    const bool waited = parts.clock.elapsed() - *incomplete_since >= kFilmsMayFollowFor;
    if (all_there || (waited && !generation->films.empty())) co_return co_await rendered(*generation);
    if (waited) co_return co_await render_failed(*generation);
  }
}

/// One look at the render. Nothing when the service could not say: no trouble with a look ever fails a job.
asio::awaitable<std::optional<Generation>> JobRun::look() {
  auto generation = co_await engine_.parts().api.generation(job_.generation);
  if (generation) {
    engine_.service_answered();
    engine_.governor().request_answered();
    co_return std::move(*generation);
  }
  const leonardo::ApiError& error = generation.error();
  log(spdlog::level::debug, "the render cannot be looked at now",
      {{"error", error.words}, {"error_class", to_string(error.error_class)}});
  if (error.error_class == ErrorClass::kRateLimited) {
    engine_.governor().request_refused(engine_.parts().clock.elapsed(), error.retry_after);
  }
  if (error.error_class == ErrorClass::kServerError) engine_.service_failed(error.words);
  if (error.error_class == ErrorClass::kUnauthorized) engine_.hold_submits(error.words, error.error_class);
  co_return std::nullopt;
}

JobRun::Step JobRun::rendered(Generation generation) {
  const Engine::Parts& parts = engine_.parts();
  if (static_cast<int>(generation.films.size()) > job_.quantity) {
    co_await note(
        fmt::format("the service shows {} films, {} were asked for", generation.films.size(), job_.quantity));
    generation.films.resize(static_cast<std::size_t>(job_.quantity));
  }
  // A render that nobody watched to its end, because the daemon was down, teaches nothing.
  std::optional<Duration> render_time;
  if (!taken_up_ && job_.generating_since) render_time = parts.clock.now() - *job_.generating_since;
  if (render_time) parts.observer.rendered(*render_time);
  const auto films = to_records(generation.films);
  const auto recorded =
      co_await insist([&] { return parts.store.record_films(job_.lease, films, render_time); });
  if (!recorded) {
    const bool bug = recorded.error().code != Errc::kLeaseLost;
    log(bug ? spdlog::level::err : spdlog::level::info, "the job stays as it is in the queue",
        {{"error", describe(recorded.error())}});
    co_return Next::kEnd;
  }
  const Time now = parts.clock.now();
  log(spdlog::level::info, "rendered",
      {{"from", "generating"},
       {"to", "downloading"},
       {"after", humanize(now - job_.state_since)},
       {"films", films.size()}});
  job_.state = JobState::kDownloading;
  job_.state_since = now;
  job_.films.clear();
  for (const store::NewFilm& film : films) {
    store::Film fresh;
    fresh.number = film.number;
    fresh.url = film.url;
    fresh.poster_url = film.poster_url;
    job_.films.push_back(std::move(fresh));
  }
  fresh_urls_ = std::move(generation.films);
  co_return Next::kGoOn;
}

JobRun::Step JobRun::render_failed(const Generation& generation) {
  const EngineRules& rules = engine_.rules();
  const bool empty = generation.status == RenderStatus::kComplete;
  std::string words =
      empty ? "the service called the render complete and shows no film, which it does for refused content"
            : "the service says that the render failed";
  if (!generation.failure.empty()) words += ": " + generation.failure;
  // What is complete without films is not known to be refunded; what failed is.
  const bool again = !generation.moderated && job_.accepted < rules.render_attempts;
  if (again) {
    engine_.parts().observer.retried(RetryReason::kRenderFailed);
    Move retry(JobState::kGenerating, JobState::kScheduled,
               fmt::format("{}; attempt {} of {} follows", words, job_.accepted + 1, rules.render_attempts));
    const Duration delay = backoff_delay(rules.retry, job_.accepted, engine_.parts().random.unit());
    retry.refunds = !empty;
    retry.due = engine_.parts().clock.now() + rules.retry.base + delay;
    co_await move(std::move(retry));
    co_return Next::kEnd;
  }
  Move failed(JobState::kGenerating, JobState::kFailed, "the render failed");
  failed.error_class =
      generation.moderated ? std::string(to_string(ErrorClass::kModerated)) : "render_failed";
  failed.error = words;
  failed.refunds = !empty;
  co_await move(std::move(failed));
  co_return Next::kEnd;
}

asio::awaitable<void> JobRun::warn_when_overdue(Duration age) {
  if (job_.overdue || age < engine_.rules().render_timeout) co_return;
  job_.overdue = true;
  const std::string words = fmt::format(
      "overdue: rendering for {}; it is looked at more rarely, never rendered twice", humanize(age));
  log(spdlog::level::warn, words);
  store::JobStore& store = engine_.parts().store;
  const auto marked = co_await insist([&] { return store.mark_overdue(job_.lease, words); });
  if (!marked) log(spdlog::level::info, "the mark was not taken", {{"error", describe(marked.error())}});
}

}  // namespace reeld::engine
