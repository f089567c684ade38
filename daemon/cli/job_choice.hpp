#pragma once

#include <string>
#include <vector>

#include "common/util/error.hpp"
#include "common/util/json.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/store/reader.hpp"

namespace reeld::cli {

/// Which jobs: what --state, --batch, --tag, --model and --text say.
struct JobChoice {
  std::vector<std::string> states;  ///< any of them; empty: all
  std::string batch;                ///< id or name
  std::string tag;
  std::string model;
  std::string text;  ///< in the name, the key or the prompt

  /// True when it names nothing: every job passes.
  bool empty() const {
    return states.empty() && batch.empty() && tag.empty() && model.empty() && text.empty();
  }
};

/// kBadInput: a word that is no state, with those there are.
Result<void> check_states(const JobChoice& choice);

/// As the parameters of GET /v1/jobs.
void add_to(Query& query, const JobChoice& choice);

/// As the filter of an action on many jobs.
Json to_json(const JobChoice& choice);

/// For a look at the queue without the daemon. The states were checked.
store::JobFilter to_filter(const JobChoice& choice);

}  // namespace reeld::cli
