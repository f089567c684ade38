#include "daemon/cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/cli/json_members.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

constexpr std::size_t kNameWidth = 28;
constexpr std::size_t kStateWidth = 11;
constexpr std::size_t kBarWidth = 22;

/// Without an expectation the bar stays empty; a render that takes longer than usual keeps one step open.
double fraction_of(Duration elapsed, std::optional<Duration> expected) {
  constexpr double kNearlyDone = 0.95;
  if (!expected || expected->count() <= 0) return 0;
  return std::min(static_cast<double>(elapsed.count()) / static_cast<double>(expected->count()), kNearlyDone);
}

}  // namespace

std::string progress_bar(double fraction, std::size_t width) {
  const std::size_t inner = width > 2 ? width - 2 : 0;
  const auto done = static_cast<std::size_t>(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(inner));
  return "[" + std::string(done, '#') + std::string(inner - done, '-') + "]";
}

void ProgressBoard::update(const Json& job, Duration now) {
  const std::string id = text_of(job, "id");
  const Json& progress = member(job, "progress");
  const auto elapsed = duration_of(progress, "elapsed_ms");
  if (!elapsed) {
    rows_.erase(id);
    return;
  }
  rows_[id] = {text_of(job, "name"), text_of(job, "state"), now - *elapsed,
               duration_of(progress, "expected_ms")};
}

std::string ProgressBoard::line(const Row& row, Duration now, const Terminal& terminal) {
  const Duration elapsed = std::max(now - row.began, Duration(0));
  const std::string left = estimate(elapsed, row.expected);
  const std::string text =
      fmt::format("{}  {}  {}  {}{}{}", pad(row.name, kNameWidth), pad(row.state, kStateWidth),
                  progress_bar(fraction_of(elapsed, row.expected), kBarWidth), humanize(elapsed),
                  left.empty() ? "" : ", ", left);
  return fit(text, terminal.width);
}

std::vector<std::string> ProgressBoard::lines(Duration now, const Terminal& terminal) const {
  std::vector<const Row*> rows;
  for (const auto& [id, row] : rows_) rows.push_back(&row);
  std::ranges::sort(rows, {}, [](const Row* row) { return std::pair(row->began, row->name); });
  const std::size_t most = std::max<std::size_t>(terminal.height / 2, 1);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(most, rows.size()); ++i)
    lines.push_back(line(*rows[i], now, terminal));
  if (rows.size() > most) {
    lines.push_back(fit(fmt::format("and {} more in flight", rows.size() - most), terminal.width));
  }
  return lines;
}

}  // namespace reeld::cli
