#include "tests/matrix/table.hpp"

#include <fmt/format.h>

namespace reeld::matrix {

namespace {

constexpr double kWantedRatio = 0.999;
constexpr double kWantedKills = 0.75;

void add(Tally& sum, const Tally& tally) {
  sum.jobs += tally.jobs;
  sum.succeeded += tally.succeeded;
  sum.failed += tally.failed;
  sum.parked += tally.parked;
  sum.lost += tally.lost;
  sum.duplicated += tally.duplicated;
  sum.unknown += tally.unknown;
  sum.resolved += tally.resolved;
  sum.kills += tally.kills;
  sum.took += tally.took;
  sum.slowest = std::max(sum.slowest, tally.slowest);
}

std::string seconds(Duration duration) {
  return fmt::format("{:.1f} s", std::chrono::duration<double>(duration).count());
}

std::string line(const std::string& fault, const std::string& stage, const Tally& tally) {
  const std::string slowest = tally.resolved == 0 ? "" : seconds(tally.slowest);
  return fmt::format("{:<42} {:<52} {:>6} {:>9} {:>6} {:>6} {:>4} {:>10} {:>7} {:>8} {:>8} {:>8}\n", fault,
                     stage, tally.jobs, tally.succeeded, tally.failed, tally.parked, tally.lost,
                     tally.duplicated, tally.unknown, tally.resolved, slowest, seconds(tally.took));
}

double resolved_ratio(const std::vector<Played>& played) {
  int unknown = 0;
  int resolved = 0;
  for (const auto& [row, tally] : played) {
    if (!row.echo_seed) continue;
    unknown += tally.unknown;
    resolved += tally.resolved;
  }
  return unknown == 0 ? 1 : static_cast<double>(resolved) / unknown;
}

/// The rows with a kill in the middle of all passages, and how many of them the daemon did not survive.
struct Middle {
  int rows = 0;
  int kills = 0;

  bool is_good() const { return kills >= kWantedKills * rows; }
};

Middle kills_in_the_middle(const std::vector<Played>& played) {
  Middle middle;
  for (const auto& [row, tally] : played) {
    if (!row.kill || row.kill->passage == 1) continue;
    ++middle.rows;
    middle.kills += tally.kills;
  }
  return middle;
}

}  // namespace

std::string table(const std::vector<Played>& played) {
  std::string text =
      fmt::format("{:<42} {:<52} {:>6} {:>9} {:>6} {:>6} {:>4} {:>10} {:>7} {:>8} {:>8} {:>8}\n", "fault",
                  "stage", "jobs", "succeeded", "failed", "parked", "lost", "duplicated", "unknown",
                  "resolved", "slowest", "took");
  Tally sum;
  for (const auto& [row, tally] : played) {
    text += line(row.fault, row.stage, tally);
    add(sum, tally);
  }
  text += line(fmt::format("{} rows, {} kills", played.size(), sum.kills), "", sum);
  text += fmt::format("Resolved without a person, where the list shows seeds: {:.2f} %\n",
                      100 * resolved_ratio(played));
  const Middle middle = kills_in_the_middle(played);
  text += fmt::format("Killed in the middle: {} of {} rows\n", middle.kills, middle.rows);
  for (const auto& [row, tally] : played) {
    for (const std::string& problem : tally.problems) text += fmt::format("{}: {}\n", row.name(), problem);
  }
  return text;
}

bool is_good(const std::vector<Played>& played) {
  for (const auto& [row, tally] : played) {
    if (tally.lost > 0 || tally.duplicated > 0 || !tally.problems.empty()) return false;
  }
  return resolved_ratio(played) >= kWantedRatio && kills_in_the_middle(played).is_good();
}

}  // namespace reeld::matrix
