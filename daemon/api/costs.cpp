#include <fmt/format.h>

#include "common/job/text.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/query.hpp"
#include "daemon/api/shapes.hpp"

namespace reeld::api {

using store::CostGroup;
using store::CostLine;
using store::Reader;

namespace {

std::optional<CostGroup> parse_group(std::string_view word) {
  if (word == "hour") return CostGroup::kHour;
  if (word == "day") return CostGroup::kDay;
  if (word == "model") return CostGroup::kModel;
  if (word == "batch") return CostGroup::kBatch;
  if (word == "tag") return CostGroup::kTag;
  return std::nullopt;
}

/// What was spent, by group, and lines that add up to all of it.
struct Costs {
  std::vector<CostLine> lines;
  std::vector<CostLine> totals;
};

Result<Costs> look_up(Reader& reader, CostGroup group, Time since, Time until) {
  auto lines = reader.costs(group, since, until);
  if (!lines) return lines.error();
  if (group != CostGroup::kTag) return Costs{*lines, *lines};
  // A job counts for each of its tags, and for none where it has none.
  auto totals = reader.costs(CostGroup::kDay, since, until);
  if (!totals) return totals.error();
  return Costs{std::move(*lines), std::move(*totals)};
}

}  // namespace

Task<void> show_costs(Context& context, Call& call) {
  const std::string by = call.query("by").value_or("day");
  const auto group = parse_group(by);
  if (!group)
    co_return bad_input(fmt::format("by: {} is not one of hour, day, model, batch, tag", in_quotes(by)));
  const auto until = read_time(call, "until", context.parts.clock.now());
  if (!until) co_return until.error();
  const auto since = read_time(call, "since", *until - std::chrono::days(30));
  if (!since) co_return since.error();
  if (*since > *until) co_return bad_input("since: is later than until");
  std::function<Result<Costs>(Reader&)> look = [group = *group, since = *since,
                                                until = *until](Reader& reader) {
    return look_up(reader, group, since, until);
  };
  auto costs = co_await context.parts.reading.run(std::move(look));
  if (!costs) co_return costs.error();
  Json answer = costs_json(costs->lines, costs->totals);
  answer["by"] = by;
  answer["since"] = format_time(*since);
  answer["until"] = format_time(*until);
  co_return co_await call.answer(200, std::move(answer));
}

}  // namespace reeld::api
