#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/job/state.hpp"
#include "common/util/error.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// A line of `reeld list`.
struct JobLine {
  JobId id;
  BatchId batch;
  std::string batch_name;
  std::string name;
  JobState state = JobState::kQueued;
  RenderKind kind;
  int quantity = 1;
  int priority = 0;
  std::vector<std::string> tags;
  Time accepted_at{};
  Time state_since{};
  std::optional<Time> due_at;
  std::optional<Time> deadline;
  std::optional<Time> finished_at;
  GenerationId generation;
  bool overdue = false;
  std::string error_class;
  std::string error;
  std::string output_path;
  int films = 0;            ///< published
  std::string cost_amount;  ///< of the last attempt that stated one; empty: not known
  std::string cost_unit;
};

struct AttemptLine {
  IntentId intent;
  Time at{};
  std::int64_t seed = 0;
  std::string outcome;
  GenerationId generation;
  std::string cost_amount;
  std::string cost_unit;
};

/// All that is known of one job.
struct JobDetail {
  JobLine line;
  std::string submitter;
  std::string key;
  Json spec;
  std::string request_body;  ///< as sent last; empty: nothing was sent yet
  std::string batch_held;    ///< why its batch is held; empty: it is not
  std::vector<AttemptLine> attempts;
  std::vector<Film> films;
  std::vector<EventLine> events;  ///< its own and its batch's
};

struct JobFilter {
  std::vector<JobState> states;  ///< any of them; empty: all
  std::string batch;             ///< id or name; empty: any
  std::string tag;
  std::string model;
  std::string text;  ///< in the name, the key or the prompt, without regard to case (ASCII)

  /// True when it names nothing: every job passes.
  bool empty() const {
    return states.empty() && batch.empty() && tag.empty() && model.empty() && text.empty();
  }
};

/// A part of a list, newest first.
struct JobPage {
  std::vector<JobLine> jobs;
  /// Where the next part begins; empty at the end. Looking for text ends a page early after 20,000 jobs, so a
  /// page may be short, or empty, and still have a next one.
  JobId next;
};

struct BatchPage {
  std::vector<BatchSummary> batches;
  BatchId next;
};

enum class CostGroup { kHour, kDay, kModel, kBatch, kTag };

struct CostLine {
  std::string group;  ///< an hour or day in UTC ("2026-12-01T02", "2026-12-01"), a model, a batch's id, a tag
  std::string label;  ///< a batch's name; else as `group`
  std::int64_t renders;                      ///< that were accepted
  std::int64_t without_cost;                 ///< of them, those whose cost the service did not state
  std::map<std::string, std::string> costs;  ///< charged and not refunded, by unit: {"DOLLARS", "0.0294"}
  std::map<std::string, std::string> refunded = {};
  std::map<std::string, std::string> reserved = {};  ///< for submits whose outcome is open
  std::int64_t estimated = 0;  ///< of the renders, those charged at their expected price
};

/// What a day's submits came to, in one unit.
struct SpendLine {
  Time day{};  ///< its start, in UTC
  std::string unit;
  Amount spent;     ///< charged and not refunded
  Amount reserved;  ///< for submits whose outcome is open
};

/// Unfinished jobs of one state, model and age.
struct ShapeLine {
  JobState state = JobState::kQueued;
  std::string model;
  Time accepted_from{};  ///< the start of the 5 minutes in which they were accepted
  std::int64_t jobs = 0;
};

struct HourLine {
  Time hour{};  ///< its start
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;
};

/// How the queue stands. Costs the same at any length of it.
struct Stats {
  StateCounts counts;
  std::vector<ShapeLine> shape;
  std::vector<HourLine> hours;      ///< the last 48, oldest first; hours without an end are left out
  std::map<JobState, Time> oldest;  ///< by unfinished state: when its oldest job was accepted
  std::optional<Pause> pause;
  std::vector<SpendLine> spend;  ///< of the newest two days with a submit
  std::int64_t last_event = 0;
};

/// Looks at the queue over a connection that can change nothing. Blocking.
class Reader {
 public:
  virtual ~Reader() = default;

  /// Newest first; `after` (the last page's `next`, or empty) and older.
  virtual Result<JobPage> list(const JobFilter& filter, const JobId& after, int limit) = 0;

  /// The ids that begin or end with `part` (at least 4 characters), at most 10.
  virtual Result<std::vector<JobId>> match(const std::string& part) = 0;

  /// kNotFound: no such job.
  virtual Result<JobDetail> show(const JobId& id) = 0;

  /// A job's own events and its batch's, oldest first. kNotFound.
  virtual Result<std::vector<EventLine>> history(const JobId& id) = 0;

  /// The films of a job, for serving their files. kNotFound: no such job.
  virtual Result<std::vector<Film>> films(const JobId& id) = 0;

  /// Events behind `after`, oldest first.
  virtual Result<std::vector<EventLine>> events(std::int64_t after, int limit) = 0;

  /// Newest first.
  virtual Result<BatchPage> batches(const BatchId& after, int limit) = 0;

  /// By id, or by name: then the newest of that name. kNotFound.
  virtual Result<BatchSummary> batch(const std::string& id_or_name) = 0;

  /// What was spent on submits sent from `since` until `until` (not included), by group, in the groups' order
  /// (batches newest first). A job with several tags counts for each of them.
  virtual Result<std::vector<CostLine>> costs(CostGroup group, Time since, Time until) = 0;

  /// How long recent renders of this kind took, newest first, at most 50.
  virtual Result<std::vector<Duration>> render_times(const RenderKind& kind) = 0;

  virtual Result<Stats> stats() = 0;
};

}  // namespace reeld::store
