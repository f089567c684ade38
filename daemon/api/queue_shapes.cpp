#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "common/job/cost_sum.hpp"
#include "daemon/api/shapes.hpp"

namespace reeld::api {

using engine::Situation;
using store::CostLine;
using store::ShapeLine;
using store::Stats;

namespace {

/// What ages of waiting jobs are told apart; each limit is twice the one before.
constexpr std::array<Duration, 7> kAgeLimits{Duration(300'000),   Duration(600'000),   Duration(1'200'000),
                                             Duration(2'400'000), Duration(4'800'000), Duration(9'600'000),
                                             Duration(19'200'000)};
using Ages = std::array<std::int64_t, kAgeLimits.size() + 1>;

std::size_t age_class(Duration age) {
  return static_cast<std::size_t>(std::ranges::lower_bound(kAgeLimits, age) - kAgeLimits.begin());
}

Json shape_json(const std::vector<ShapeLine>& shape, Time now) {
  std::map<std::pair<JobState, std::string>, Ages> by_kind;
  for (const ShapeLine& line : shape) {
    by_kind[{line.state, line.model}].at(age_class(now - line.accepted_from)) += line.jobs;
  }
  Json list = Json::array();
  for (const auto& [kind, ages] : by_kind) {
    list.push_back({{"state", to_string(kind.first)}, {"model", kind.second}, {"ages", ages}});
  }
  return list;
}

Json hours_json(const std::vector<store::HourLine>& hours) {
  Json list = Json::array();
  for (const store::HourLine& hour : hours) {
    list.push_back({{"hour", format_time(hour.hour)},
                    {"succeeded", hour.succeeded},
                    {"failed", hour.failed},
                    {"cancelled", hour.cancelled}});
  }
  return list;
}

void add(CostSum& sum, const std::map<std::string, std::string>& amounts) {
  for (const auto& [unit, amount] : amounts) sum.add(fmt::format("{} {}", amount, unit));
}

Json total_json(const std::vector<CostLine>& lines) {
  std::int64_t renders = 0;
  std::int64_t without_cost = 0;
  std::int64_t estimated = 0;
  CostSum costs;
  CostSum refunded;
  CostSum reserved;
  for (const CostLine& line : lines) {
    renders += line.renders;
    without_cost += line.without_cost;
    estimated += line.estimated;
    add(costs, line.costs);
    add(refunded, line.refunded);
    add(reserved, line.reserved);
  }
  return {{"renders", renders},    {"without_cost", without_cost}, {"estimated", estimated},
          {"costs", costs.sums()}, {"refunded", refunded.sums()},  {"reserved", reserved.sums()}};
}

Json cap_json(const std::optional<Amount>& cap) {
  return cap ? Json(format_amount(*cap)) : Json();
}

}  // namespace

Json queue_json(const Situation& situation) {
  Json value{{"paused", Json()},
             {"account_held", Json()},
             {"disk_low", or_null(situation.disk_low)},
             {"store_trouble", or_null(situation.store_trouble)}};
  if (const auto& pause = situation.pause) {
    value["paused"] = {
        {"reason", pause->reason}, {"by", or_null(pause->by)}, {"since", format_time(pause->since)}};
  }
  if (!situation.account_hold.empty()) {
    value["account_held"] = {{"reason", situation.account_hold},
                             {"class", or_null(situation.account_hold_class)},
                             {"next_probe_ms", situation.probe_in.count()}};
  }
  return value;
}

Json limits_json(const Situation& situation) {
  return {{"in_flight", situation.in_flight},
          {"window", situation.window},
          {"max_generations", situation.max_generations},
          {"submits_per_minute", situation.submits_per_minute},
          {"requests_per_minute", situation.requests_per_minute},
          {"next_submit_ms", situation.submit_wait.count()},
          {"downloads", situation.downloads},
          {"max_downloads", situation.max_downloads}};
}

Json budget_json(const Stats& stats, const Situation& situation, Time now) {
  const Time today = std::chrono::floor<std::chrono::days>(now);
  Json spent = Json::object();
  Json reserved = Json::object();
  for (const store::SpendLine& line : stats.spend) {
    if (line.day != today) continue;
    if (line.spent != Amount{}) spent[line.unit] = format_amount(line.spent, line.unit);
    if (line.reserved != Amount{}) reserved[line.unit] = format_amount(line.reserved, line.unit);
  }
  return {{"day", format_time(today).substr(0, 10)},
          {"spent", std::move(spent)},
          {"reserved", std::move(reserved)},
          {"per_day", cap_json(situation.caps.per_day)},
          {"per_batch", cap_json(situation.caps.per_batch)},
          {"total", cap_json(situation.caps.total)}};
}

Json stats_json(const Stats& stats, Time now) {
  Json counts = Json::object();
  std::int64_t open = 0;
  for (const JobState state : kAllJobStates) {
    const auto found = stats.counts.find(state);
    const std::int64_t jobs = found == stats.counts.end() ? 0 : found->second;
    counts[std::string(to_string(state))] = jobs;
    if (!is_final(state)) open += jobs;
  }
  Json limits = Json::array();
  for (const Duration limit : kAgeLimits) limits.push_back(limit.count());
  Json oldest = Json::object();
  for (const auto& [state, time] : stats.oldest) oldest[std::string(to_string(state))] = format_time(time);
  return {{"now", format_time(now)},
          {"counts", std::move(counts)},
          {"open", open},
          {"age_limits_ms", std::move(limits)},
          {"shape", shape_json(stats.shape, now)},
          {"oldest", std::move(oldest)},
          {"hours", hours_json(stats.hours)},
          {"last_event", stats.last_event}};
}

Json model_json(const Model& model) {
  const auto size_json = [](const Size& size) {
    return Json{{"width", size.width}, {"height", size.height}};
  };
  Json sizes = Json::array();
  for (const Size& size : model.sizes) sizes.push_back(size_json(size));
  return {{"name", model.name},
          {"durations", model.durations},
          {"sizes", std::move(sizes)},
          {"modes", model.modes},
          {"default_size", size_json(model.default_size)},
          {"frame_shape", model.frame_shape == FrameShape::kFlat ? "flat" : "guidances"},
          {"end_frame", model.end_frame},
          {"prompt_enhance", model.prompt_enhance},
          {"max_quantity", model.max_quantity},
          {"max_prompt", model.max_prompt},
          {"audio", !model.audio_field.empty()},
          {"seed", model.seed},
          {"max_seed", model.max_seed}};
}

Json costs_json(const std::vector<CostLine>& lines, const std::vector<CostLine>& totals) {
  Json list = Json::array();
  for (const CostLine& line : lines) {
    list.push_back({{"group", line.group},
                    {"label", line.label},
                    {"renders", line.renders},
                    {"without_cost", line.without_cost},
                    {"estimated", line.estimated},
                    {"costs", line.costs},
                    {"refunded", line.refunded},
                    {"reserved", line.reserved}});
  }
  return {{"costs", std::move(list)}, {"total", total_json(totals)}};
}

}  // namespace reeld::api
