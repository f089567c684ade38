#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/job/cost_sum.hpp"
#include "common/util/json.hpp"
#include "daemon/cli/control.hpp"

namespace reeld::cli {

/// What a render came to: how many jobs ended how, what they cost, where their films are.
class RenderSummary {
 public:
  /// Adds a batch or a job, as the daemon tells it. What it does not tell is left out.
  void add_batch(Control& control, const std::string& batch);
  void add_job(Control& control, const std::string& id);

  /// For people; at most 20 films and failures are named. Paths of films begin with `output`.
  std::vector<std::string> lines(const std::filesystem::path& output) const;

  /// {"succeeded","failed","cancelled","waiting":[ids],"costs":{"DOLLARS":"0.48"},"films":[paths]}
  Json json(const std::filesystem::path& output) const;

 private:
  void add(Control& control, const Json& job);

  std::int64_t succeeded_ = 0;
  std::int64_t failed_ = 0;
  std::int64_t cancelled_ = 0;
  std::vector<std::string> waiting_;   ///< ids of jobs that wait for a person
  std::vector<std::string> failures_;  ///< "shots-00003: words"
  std::vector<std::string> films_;     ///< below the results
  CostSum cost_;
};

}  // namespace reeld::cli
