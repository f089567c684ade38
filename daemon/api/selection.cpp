#include "daemon/api/selection.hpp"

#include <fmt/format.h>

#include "common/job/text.hpp"
#include "common/util/uuid.hpp"
#include "daemon/api/body.hpp"

namespace reeld::api {

using check::Members;
using store::Action;

namespace {

constexpr std::size_t kMostIds = 10'000;

std::vector<JobId> read_ids(const Members& members) {
  std::vector<JobId> ids;
  const Json* list = members.find("ids");
  if (list == nullptr) return ids;
  if (!list->is_array() || list->empty() || list->size() > kMostIds) {
    members.problem("ids", fmt::format("must be an array of 1 to {} ids, not {}", kMostIds, shown(*list)));
    return ids;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& id = (*list)[i];
    const auto* text = id.get_ptr<const std::string*>();
    if (text != nullptr && is_uuid(*text)) {
      ids.emplace_back(*text);
    } else {
      members.findings().add(json_pointer("/ids", std::to_string(i)),
                             fmt::format("{} is no whole id of a job", shown(id)));
    }
  }
  return ids;
}

void limit_states(store::JobFilter& filter, Action action) {
  if (!filter.states.empty()) return;
  for (const JobState state : kAllJobStates) {
    if (state_after(action, state)) filter.states.push_back(state);
  }
}

}  // namespace

Outcome<Selection> read_selection(Json value, Action action) {
  Body body(std::move(value));
  const Members& members = body.members();
  Selection selection;
  selection.ids = read_ids(members);
  const auto filter = members.object("filter");
  if (filter) selection.filter = read_filter(*filter);
  const bool all = members.boolean("all").value_or(false);
  selection.dry_run = members.boolean("dry_run").value_or(false);
  if (action == Action::kCancel) {
    selection.delete_upstream = members.boolean("delete_upstream").value_or(false);
    if (auto checked = body.check({"ids", "filter", "all", "dry_run", "delete_upstream"}); !checked) {
      return checked.error();
    }
  } else if (auto checked = body.check({"ids", "filter", "all", "dry_run"}); !checked) {
    return checked.error();
  }
  if (!selection.ids.empty() && (filter || all)) {
    return bad_input("name the jobs by \"ids\" or by \"filter\", not by both");
  }
  if (selection.ids.empty() && selection.filter.empty() && !all) {
    return bad_input("say which jobs: \"ids\", a \"filter\" that names something, or \"all\": true");
  }
  limit_states(selection.filter, action);
  return selection;
}

std::optional<JobState> state_after(Action action, JobState state) {
  const bool has_failed = state == JobState::kFailed || state == JobState::kCancelled;
  JobState next = JobState::kQueued;
  switch (action) {
    case Action::kCancel:
      next = JobState::kCancelled;
      break;
    case Action::kHold:
      next = JobState::kHeld;
      break;
    case Action::kRetry:
      if (!has_failed) return std::nullopt;
      break;
    case Action::kRelease:
      if (state != JobState::kHeld) return std::nullopt;
      break;
  }
  if (!may_become(state, next)) return std::nullopt;
  return next;
}

}  // namespace reeld::api
