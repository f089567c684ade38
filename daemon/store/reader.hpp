#pragma once

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
  std::string model;
  int priority = 0;
  Time state_since{};
  std::optional<Time> due_at;
  GenerationId generation;
  bool overdue = false;
  std::string error;
};

struct EventLine {
  std::int64_t id = 0;
  Time at{};
  std::optional<JobState> from;
  std::optional<JobState> to;
  std::string text;
  Json detail;
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
  std::string key;
  std::vector<std::string> tags;
  std::string output_path;
  std::string error_class;
  Time accepted_at{};
  std::optional<Time> finished_at;
  Json spec;
  std::vector<AttemptLine> attempts;
  std::vector<Film> films;
  std::vector<EventLine> events;
};

struct JobFilter {
  std::optional<JobState> state;
  std::string batch;  ///< id or name; empty: any
  int limit = 100;
};

/// Looks at the queue over a connection that can change nothing. Blocking.
class Reader {
 public:
  virtual ~Reader() = default;

  /// Newest first.
  virtual Result<std::vector<JobLine>> list(const JobFilter& filter) = 0;

  /// The ids that begin or end with `part` (at least 4 characters), at most 10.
  virtual Result<std::vector<JobId>> match(const std::string& part) = 0;

  /// kNotFound: no such job.
  virtual Result<JobDetail> show(const JobId& id) = 0;

  virtual Result<StateCounts> counts() = 0;
};

}  // namespace reeld::store
