#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/job/cost_sum.hpp"
#include "common/job/state.hpp"
#include "common/util/json.hpp"
#include "daemon/cli/queue_view.hpp"
#include "daemon/cli/render_watch.hpp"

namespace reeld::cli {

/// Where a run of `reeld render` works.
struct RenderPlaces {
  std::filesystem::path output;  ///< the films' folder
  std::filesystem::path state;   ///< the queue's
};

/// What a render came to: how many jobs ended how, what they cost, where their films are, what is left.
class RenderSummary {
 public:
  explicit RenderSummary(RenderPlaces places) : places_(std::move(places)) {}

  /// Adds what the queue has on record of these jobs. The trouble: it cannot be read.
  std::optional<Trouble> add(QueueView& queue, const RenderJobs& jobs);

  /// Why the run ended before all jobs did, where that is no job's own doing: an interruption, the account.
  void set_reason(std::string reason) { reason_ = std::move(reason); }

  bool anything_left() const { return !left_.empty(); }

  /// 75 where some are left, 1 where some failed or were cancelled, else 0.
  int exit_code() const;

  /// For people; at most 20 of each kind are named.
  std::vector<std::string> lines() const;

  /// {"kind":"summary","exit_code","reason","succeeded","failed","cancelled","left":[{"id","name","state",
  /// "reason"}],"failures":[{"id","name","error"}],"costs":{"DOLLARS":"0.48"},"films":[paths]}
  Json json(int exit_code) const;

 private:
  /// A job that did not succeed.
  struct Named {
    std::string id;
    std::string name;
    std::string state;
    std::string why;  ///< may be empty
  };

  void add(const Json& job);
  std::vector<std::string> what_to_do() const;

  RenderPlaces places_;
  std::string reason_;
  std::map<JobState, std::int64_t> counts_;
  bool held_by_cap_ = false;
  bool held_otherwise_ = false;
  std::vector<Named> left_;
  std::vector<Named> failures_;
  std::vector<std::string> films_;  ///< paths
  CostSum cost_;
};

}  // namespace reeld::cli
