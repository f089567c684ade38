#include "daemon/store/sqlite/figures.hpp"

#include "daemon/store/sqlite/cost_lines.hpp"
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
  stats.spend = read_spend(db);
  return stats;
}

}  // namespace reeld::store::sqlite
