#include "daemon/cli/render_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "common/job/price.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

/// Totals are sums, and so want the mean.
std::optional<Duration> mean(const std::vector<Duration>& samples) {
  if (samples.empty()) return std::nullopt;
  const Duration sum = std::accumulate(samples.begin(), samples.end(), Duration(0));
  return sum / static_cast<Duration::rep>(samples.size());
}

std::string source_of(bool learned) {
  return learned ? "learned" : "stated";
}

std::string size_of(const JobSpec& spec) {
  return spec.width && spec.height ? fmt::format("{}x{}", *spec.width, *spec.height) : "";
}

}  // namespace

Result<Expectation> expect(store::Estimates* queue, const JobSpec& spec, const Model& model) {
  Expectation expectation;
  expectation.time = stated_render_time(spec, model);
  if (const auto price = stated_price(spec, model))
    expectation.price = store::Price{*price, std::string(kDollars)};
  if (queue == nullptr) return expectation;
  const auto times =
      queue->render_times({spec.model, spec.width.value_or(0), spec.height.value_or(0), spec.duration});
  if (!times) return times.error();
  expectation.time_learned = !times->empty();
  if (expectation.time_learned) expectation.time = mean(*times);
  auto price = queue->price(price_kind(spec));
  if (!price) return price.error();
  expectation.price_learned = price->has_value();
  if (expectation.price_learned) expectation.price = std::move(*price);
  return expectation;
}

void RenderPlan::add(const JobSpec& spec, std::optional<JobState> state, const Expectation& expectation) {
  ++jobs_;
  switch (state.value_or(JobState::kQueued)) {
    case JobState::kSucceeded:
      ++done_;
      return;
    case JobState::kParked:
      ++parked_;
      return;
    case JobState::kUnknown:
    case JobState::kGenerating:
    case JobState::kDownloading:
      ++under_way_;
      return;
    case JobState::kFailed:
    case JobState::kCancelled:
      if (limits_.retry_failed) break;
      ++failed_;
      return;
    default:
      break;
  }
  ++to_render_;
  Kind& kind = kinds_.try_emplace(price_kind(spec), Kind{spec, expectation}).first->second;
  ++kind.jobs;
}

std::optional<Duration> RenderPlan::time() const {
  Duration sum{0};
  Duration longest{0};
  for (const auto& [name, kind] : kinds_) {
    if (!kind.expectation.time) return std::nullopt;
    sum += *kind.expectation.time * kind.jobs;
    longest = std::max(longest, *kind.expectation.time);
  }
  const std::int64_t at_once =
      limits_.max_generations > 0 ? limits_.max_generations : std::max<std::int64_t>(to_render_, 1);
  Duration time = std::max(longest, Duration(sum / at_once));
  if (limits_.submits_per_minute > 0) {
    const Duration sending = Duration(std::chrono::minutes(to_render_)) / limits_.submits_per_minute;
    time = std::max(time, sending);
  }
  return time;
}

std::int64_t RenderPlan::video_seconds() const {
  std::int64_t seconds = 0;
  for (const auto& [name, kind] : kinds_) seconds += kind.jobs * kind.sample.duration * kind.sample.quantity;
  return seconds;
}

std::int64_t RenderPlan::without_price() const {
  std::int64_t jobs = 0;
  for (const auto& [name, kind] : kinds_) jobs += kind.expectation.price ? 0 : kind.jobs;
  return jobs;
}

std::map<std::string, Amount> RenderPlan::costs() const {
  std::map<std::string, Amount> costs;
  for (const auto& [name, kind] : kinds_) {
    const auto& price = kind.expectation.price;
    if (price) costs[price->unit] = costs[price->unit] + price->amount * kind.jobs;
  }
  return costs;
}

std::string RenderPlan::counts_line() const {
  std::string line = fmt::format("{}: {} to render", count_of(jobs_, "job"), to_render_);
  if (under_way_ > 0) line += fmt::format(", {} sent already", under_way_);
  if (done_ > 0) line += fmt::format(", {} done already", done_);
  if (failed_ > 0) line += fmt::format(", {} failed earlier (--retry-failed tries again)", failed_);
  if (parked_ > 0) line += fmt::format(", {} parked (a person must say what became of them)", parked_);
  return line;
}

std::string RenderPlan::time_line() const {
  const auto estimated = time();
  if (!estimated)
    return "time: unknown, no render of such jobs was seen yet (render_time_per_second states one)";
  if (limits_.max_generations == 0) return fmt::format("time: about {}", roughly(*estimated));
  return fmt::format("time: about {}, with {} at once", roughly(*estimated),
                     count_of(limits_.max_generations, "render"));
}

std::vector<std::string> RenderPlan::cost_lines() const {
  std::vector<std::string> lines;
  for (const auto& [unit, amount] : costs())
    lines.push_back(fmt::format("cost: about {} {}", format_amount(amount, unit), unit));
  if (const std::int64_t jobs = without_price(); jobs > 0) {
    lines.push_back(
        fmt::format("cost of {}{}: unknown until the service names it (price_per_second states one)",
                    lines.empty() ? "" : "the other ", count_of(jobs, "job")));
  }
  if (limits_.max_cost) {
    lines.push_back(fmt::format("limit: {} dollars for all runs together, {} spent so far",
                                format_amount(*limits_.max_cost), format_amount(limits_.spent)));
  }
  return lines;
}

std::vector<std::string> RenderPlan::lines() const {
  std::vector<std::string> lines{counts_line()};
  for (const auto& [name, kind] : kinds_) {
    const Expectation& each = kind.expectation;
    lines.push_back(fmt::format(
        "  {} x {}: {}, {}", kind.jobs, name,
        each.time ? fmt::format("about {} ({})", roughly(*each.time), source_of(each.time_learned))
                  : "time unknown",
        each.price ? fmt::format("{} {} ({})", format_amount(each.price->amount, each.price->unit),
                                 each.price->unit, source_of(each.price_learned))
                   : "price unknown"));
  }
  if (to_render_ == 0) return lines;
  lines.push_back(fmt::format("film: {} s", video_seconds()));
  lines.push_back(time_line());
  std::ranges::move(cost_lines(), std::back_inserter(lines));
  return lines;
}

Json RenderPlan::kind_json(const std::string& name, const Kind& kind) {
  const Expectation& each = kind.expectation;
  Json price;
  if (each.price) {
    price = {{"amount", format_amount(each.price->amount, each.price->unit)},
             {"unit", each.price->unit},
             {"source", source_of(each.price_learned)}};
  }
  Json time;
  if (each.time) time = {{"ms", each.time->count()}, {"source", source_of(each.time_learned)}};
  const std::string size = size_of(kind.sample);
  return {{"name", name},
          {"model", kind.sample.model},
          {"size", size.empty() ? Json() : Json(size)},
          {"duration", kind.sample.duration},
          {"quantity", kind.sample.quantity},
          {"jobs", kind.jobs},
          {"price", std::move(price)},
          {"render_time", std::move(time)}};
}

Json RenderPlan::json() const {
  Json kinds = Json::array();
  for (const auto& [name, kind] : kinds_) kinds.push_back(kind_json(name, kind));
  Json costs = Json::object();
  for (const auto& [unit, amount] : this->costs()) costs[unit] = format_amount(amount, unit);
  const auto estimated = time();
  return {{"kind", "plan"},
          {"jobs", jobs_},
          {"to_render", to_render_},
          {"under_way", under_way_},
          {"done", done_},
          {"failed", failed_},
          {"parked", parked_},
          {"video_seconds", video_seconds()},
          {"estimated_ms", estimated ? Json(estimated->count()) : Json()},
          {"estimated_costs", std::move(costs)},
          {"without_price", without_price()},
          {"max_cost", limits_.max_cost ? Json(format_amount(*limits_.max_cost)) : Json()},
          {"spent", format_amount(limits_.spent)},
          {"kinds", std::move(kinds)}};
}

}  // namespace reeld::cli
