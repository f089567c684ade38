#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/job/amount.hpp"
#include "common/job/catalogue.hpp"
#include "common/job/state.hpp"
#include "common/util/json.hpp"
#include "daemon/store/estimates.hpp"

namespace reeld::cli {

/// What one render takes and costs, as far as it is known.
struct Expectation {
  std::optional<Duration> time;
  bool time_learned = false;  ///< from renders of this queue; else stated in the model table
  std::optional<store::Price> price;
  bool price_learned = false;
};

/// Learned beats stated. `queue` is null where there is none yet.
Result<Expectation> expect(store::Estimates* queue, const JobSpec& spec, const Model& model);

/// What bounds a run; a limit of 0 is none.
struct PlanLimits {
  int max_generations = 0;
  int submits_per_minute = 0;
  std::optional<Amount> max_cost;  ///< dollars
  Amount spent = {};               ///< dollars, by earlier runs
  bool retry_failed = false;
};

/// What a run of `reeld render` would do.
class RenderPlan {
 public:
  explicit RenderPlan(PlanLimits limits) : limits_(limits) {}

  /// A job, and its state in the queue where it is there already.
  void add(const JobSpec& spec, std::optional<JobState> state, const Expectation& expectation);

  /// Until all are rendered, with downloads left out. Nothing where a render's time is not known.
  std::optional<Duration> time() const;

  /// For people.
  std::vector<std::string> lines() const;

  /// {"kind":"plan","jobs","to_render","under_way","done","failed","parked","video_seconds","estimated_ms",
  /// "estimated_costs":{"DOLLARS":"0.96"},"without_price","max_cost","spent","kinds":[...]}; null where
  /// something is not known.
  Json json() const;

 private:
  /// Jobs that cost the same.
  struct Kind {
    JobSpec sample;
    Expectation expectation;
    std::int64_t jobs = 0;
  };

  std::int64_t video_seconds() const;
  std::int64_t without_price() const;
  std::map<std::string, Amount> costs() const;
  std::string counts_line() const;
  std::string time_line() const;
  std::vector<std::string> cost_lines() const;
  static Json kind_json(const std::string& name, const Kind& kind);

  PlanLimits limits_;
  std::int64_t jobs_ = 0;
  std::int64_t to_render_ = 0;
  std::int64_t under_way_ = 0;  ///< sent, and so paid for or soon known to be
  std::int64_t done_ = 0;
  std::int64_t failed_ = 0;  ///< or cancelled, and not to be tried again
  std::int64_t parked_ = 0;
  std::map<std::string, Kind> kinds_;  ///< of what is to be rendered, by price_kind()
};

}  // namespace reeld::cli
