#include "daemon/api/live_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/api/shapes.hpp"
#include "daemon/api/waiting.hpp"

namespace reeld::api {

namespace asio = boost::asio;
using store::JobDetail;
using store::JobLine;

namespace {

constexpr Duration kKeepFor{30'000};
constexpr std::size_t kMostKinds = 500;

std::optional<Duration> median(std::vector<Duration> times) {
  if (times.empty()) return std::nullopt;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
}

/// Why this job itself is held: what its history said last about it.
std::string own_hold(const JobDetail& job) {
  for (auto event = job.events.rbegin(); event != job.events.rend(); ++event) {
    if (event->job == job.line.id && event->to == JobState::kHeld) return event->text;
  }
  return {};
}

}  // namespace

asio::awaitable<std::optional<Duration>> ExpectedTimes::of(store::RenderKind kind) {
  const std::string name = fmt::format("{} {}x{} {}", kind.model, kind.width, kind.height, kind.duration);
  const Duration now = clock_.elapsed();
  if (const auto found = known_.find(name); found != known_.end() && found->second.until > now) {
    co_return found->second.median;
  }
  std::function<Result<std::vector<Duration>>(store::Reader&)> look = [kind](store::Reader& reader) {
    return reader.render_times(kind);
  };
  auto times = co_await reading_.run(std::move(look));
  if (!times) co_return std::nullopt;
  if (known_.size() >= kMostKinds) known_.clear();
  const Entry entry{median(std::move(*times)), now + kKeepFor};
  known_[name] = entry;
  co_return entry.median;
}

asio::awaitable<Result<Json>> LiveJobs::list(std::vector<JobLine> jobs) {
  auto held = co_await held_batches(jobs);
  if (!held) co_return held.error();
  Json values = Json::array();
  for (const JobLine& job : jobs) {
    Json value = job_json(job);
    const auto reason = held->find(job.batch);
    value["waiting"] = or_null(waiting(job, reason == held->end() ? "" : reason->second));
    value["progress"] = co_await progress(job);
    values.push_back(std::move(value));
  }
  co_return values;
}

asio::awaitable<Result<Json>> LiveJobs::line(JobId id) {
  auto job = co_await show(std::move(id));
  if (!job) co_return job.error();
  co_return co_await complete(job_json(job->line), *job);
}

asio::awaitable<Result<Json>> LiveJobs::detail(JobId id) {
  auto job = co_await show(std::move(id));
  if (!job) co_return job.error();
  co_return co_await complete(job_json(*job), *job);
}

asio::awaitable<Json> LiveJobs::complete(Json value, const JobDetail& job) {
  value["waiting"] = or_null(waiting(job.line, job.batch_held.empty() ? own_hold(job) : job.batch_held));
  value["progress"] = co_await progress(job.line);
  co_return value;
}

asio::awaitable<Result<std::map<BatchId, std::string>>> LiveJobs::held_batches(
    const std::vector<JobLine>& jobs) {
  std::set<BatchId> batches;
  for (const JobLine& job : jobs) {
    if (job.state == JobState::kHeld) batches.insert(job.batch);
  }
  using Held = std::map<BatchId, std::string>;
  if (batches.empty()) co_return Held();
  std::function<Result<Held>(store::Reader&)> look = [batches](store::Reader& reader) -> Result<Held> {
    Held held;
    for (const BatchId& id : batches) {
      auto batch = reader.batch(id.str());
      if (!batch) return batch.error();
      held[id] = batch->held;
    }
    return held;
  };
  co_return co_await reading_.run(std::move(look));
}

asio::awaitable<Json> LiveJobs::progress(JobLine job) {
  const bool is_under_way = job.state == JobState::kSubmitting || job.state == JobState::kGenerating ||
                            job.state == JobState::kDownloading;
  if (!is_under_way) co_return Json();
  const Duration elapsed = std::max(clock_.now() - job.state_since, Duration(0));
  Json expected;
  if (job.state == JobState::kGenerating) {
    const auto median_time = co_await times_.of(job.kind);
    if (median_time) expected = median_time->count();
  }
  co_return Json{{"elapsed_ms", elapsed.count()}, {"expected_ms", std::move(expected)}};
}

asio::awaitable<Result<JobDetail>> LiveJobs::show(JobId id) {
  std::function<Result<JobDetail>(store::Reader&)> look = [id](store::Reader& reader) {
    return reader.show(id);
  };
  co_return co_await reading_.run(std::move(look));
}

std::string LiveJobs::waiting(const JobLine& job, const std::string& hold_reason) const {
  return why_waiting(job, hold_reason, control_.situation(), clock_.now());
}

}  // namespace reeld::api
