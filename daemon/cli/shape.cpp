#include "daemon/cli/shape.hpp"

#include <fmt/format.h>

#include <numeric>

#include "daemon/cli/json_members.hpp"

namespace reeld::cli {
namespace {

using Counts = std::vector<std::int64_t>;

std::vector<std::int64_t> limits_in_minutes(const Json& stats) {
  std::vector<std::int64_t> minutes;
  for (const Json& limit : array_of(stats, "age_limits_ms")) {
    if (limit.is_number_integer()) minutes.push_back(limit.get<std::int64_t>() / 60'000);
  }
  return minutes;
}

std::vector<Column> columns(const std::vector<std::int64_t>& limits) {
  std::vector<Column> columns{{"STATE"}, {"MODEL"}, {"T", true}};
  for (const auto limit : limits) columns.push_back({std::to_string(limit), true});
  if (!limits.empty()) columns.push_back({fmt::format("{}+", limits.back()), true});
  return columns;
}

/// As many counts as there are columns for ages.
Counts counts_of(const Json& line, std::size_t columns) {
  Counts counts(columns, 0);
  const Json& ages = array_of(line, "ages");
  for (std::size_t i = 0; i < std::min(columns, ages.size()); ++i) {
    if (ages[i].is_number_integer()) counts[i] = ages[i].get<std::int64_t>();
  }
  return counts;
}

std::vector<Cell> row(const Cell& state, const std::string& model, const Counts& counts) {
  std::vector<Cell> cells{state, model, std::to_string(std::accumulate(counts.begin(), counts.end(), 0LL))};
  for (const auto count : counts) cells.emplace_back(std::to_string(count));
  return cells;
}

}  // namespace

Table shape_table(const Json& stats) {
  const auto limits = limits_in_minutes(stats);
  const std::size_t ages = limits.empty() ? 0 : limits.size() + 1;
  Table table(columns(limits));
  Counts total(ages, 0);
  for (const Json& line : array_of(stats, "shape")) {
    const Counts counts = counts_of(line, ages);
    for (std::size_t i = 0; i < ages; ++i) total[i] += counts[i];
  }
  table.add(row(Cell("TOTAL", Colour::kBold), "", total));
  for (const Json& line : array_of(stats, "shape")) {
    const std::string state = text_of(line, "state");
    table.add(row(Cell(state, state_colour(state)), text_of(line, "model"), counts_of(line, ages)));
  }
  return table;
}

}  // namespace reeld::cli
