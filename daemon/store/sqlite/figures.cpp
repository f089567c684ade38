#include "daemon/store/sqlite/figures.hpp"

#include <fmt/format.h>

#include "common/job/cost_sum.hpp"
#include "daemon/store/sqlite/rows.hpp"

namespace reeld::store::sqlite {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSlot = 5min;
constexpr Duration kHour = 1h;
constexpr int kHoursShown = 48;

std::vector<ShapeLine> read_shape(Connection& db) {
  std::vector<ShapeLine> shape;
  Query row = db.query("SELECT state, model, slot, jobs FROM shape_count WHERE jobs > 0");
  while (row.step()) {
    shape.push_back(ShapeLine{parse_job_state(row.text(0)).value(), row.text(1), Time(row.integer(2) * kSlot),
                              row.integer(3)});
  }
  return shape;
}

/// The hours that have an end in them, of the last so many that have one.
std::vector<HourLine> read_hours(Connection& db) {
  std::vector<HourLine> hours;
  Query row = db.query(
      "SELECT hour, SUM(jobs * (state = 'succeeded')), SUM(jobs * (state = 'failed')), SUM(jobs * (state = "
      "'cancelled'))"
      " FROM hour_count WHERE hour > (SELECT coalesce(MAX(hour), 0) FROM hour_count) - ?1"
      " GROUP BY hour ORDER BY hour",
      kHoursShown);
  while (row.step())
    hours.push_back(HourLine{Time(row.integer(0) * kHour), row.integer(1), row.integer(2), row.integer(3)});
  return hours;
}

/// Ids begin with the time of their making, so the smallest of a state is its oldest job.
std::map<JobState, Time> read_oldest(Connection& db) {
  std::map<JobState, Time> oldest;
  for (JobState state : kAllJobStates) {
    if (is_final(state)) continue;
    Query row =
        db.query("SELECT accepted_at FROM job WHERE state = ?1 ORDER BY id LIMIT 1", to_string(state));
    if (row.step()) oldest[state] = row.time(0);
  }
  return oldest;
}

std::int64_t read_last_event(Connection& db) {
  Query row = db.query("SELECT coalesce(MAX(id), 0) FROM job_event");
  row.step();
  return row.integer(0);
}

/// SQL for what attempts are put together by, and for how a group is called.
struct Grouping {
  const char* group;
  const char* label;
  const char* join;
  const char* order;
};

Grouping grouping(CostGroup group) {
  switch (group) {
    case CostGroup::kHour:
      return {"strftime('%Y-%m-%dT%H', a.intent_at / 1000, 'unixepoch')", "''", "", "1"};
    case CostGroup::kDay:
      return {"strftime('%Y-%m-%d', a.intent_at / 1000, 'unixepoch')", "''", "", "1"};
    case CostGroup::kModel:
      return {"j.model", "''", "JOIN job j ON j.id = a.job_id", "1"};
    case CostGroup::kBatch:
      return {"b.id", "b.name", "JOIN job j ON j.id = a.job_id JOIN batch b ON b.id = j.batch_id", "1 DESC"};
    case CostGroup::kTag:
      return {"t.value", "''", "JOIN job j ON j.id = a.job_id JOIN json_each(j.tags) t", "1"};
  }
  return {};
}

}  // namespace

Stats read_stats(Connection& db) {
  Stats stats;
  // First of all: who goes on from this line misses nothing that the counts do not have yet.
  stats.last_event = read_last_event(db);
  stats.counts = read_counts(db);
  stats.shape = read_shape(db);
  stats.hours = read_hours(db);
  stats.oldest = read_oldest(db);
  stats.pause = read_pause(db);
  return stats;
}

std::vector<CostLine> read_costs(Connection& db, CostGroup group, Time since, Time until) {
  const Grouping by = grouping(group);
  const char* sql = db.intern(
      fmt::format("SELECT {}, {}, a.cost_amount, a.cost_unit FROM attempt a {}"
                  " WHERE a.outcome = 'accepted' AND a.intent_at >= ?1 AND a.intent_at < ?2 ORDER BY {}",
                  by.group, by.label, by.join, by.order));
  std::vector<CostLine> lines;
  CostSum sum;
  const auto close = [&] {
    if (!lines.empty()) lines.back().costs = sum.sums();
    sum = CostSum();
  };
  Query row = db.query(sql, since, until);
  while (row.step()) {
    const std::string name = row.text(0);
    if (lines.empty() || lines.back().group != name) {
      close();
      const std::string label = row.text(1);
      lines.push_back(CostLine{name, label.empty() ? name : label, 0, 0, {}});
    }
    ++lines.back().renders;
    if (!sum.add(row.text(2) + " " + row.text(3))) ++lines.back().without_cost;
  }
  close();
  return lines;
}

}  // namespace reeld::store::sqlite
