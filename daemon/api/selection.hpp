#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/api/problem.hpp"
#include "daemon/store/reader.hpp"

namespace reeld::api {

/// What an action on many jobs is to be done to.
struct Selection {
  std::vector<JobId> ids;  ///< the jobs themselves; empty: `filter` counts
  store::JobFilter filter;
  bool dry_run = false;  ///< only say what would be done
  bool delete_upstream = false;
};

/// Reads {"ids": [..]} or {"filter": {..}, "all": true}, and what goes with them. A filter without states
/// means those in which the action can be done: the jobs that ended long ago are none of its business. 400.
Outcome<Selection> read_selection(Json body, store::Action action);

/// The state that the action would bring a job of this state to; nothing where it is refused. A retried job
/// may also go on with its paid render: that only the store knows.
std::optional<JobState> state_after(store::Action action, JobState state);

}  // namespace reeld::api
