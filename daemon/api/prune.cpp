#include <fmt/format.h>

#include "common/job/text.hpp"
#include "daemon/api/body.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/shapes.hpp"
#include "daemon/api/users.hpp"

namespace reeld::api {

namespace {

/// The age from which on jobs are forgotten. There is no default: what is forgotten is gone.
Duration read_age(const check::Members& members) {
  const auto text = members.text("older_than");
  const auto age = text ? parse_duration(*text) : std::nullopt;
  if (!age) members.problem("older_than", "must say from which age on: a whole number with ms, s, m, h or d");
  return age.value_or(Duration(0));
}

std::vector<JobState> read_final_states(const check::Members& members) {
  std::vector<JobState> states;
  const Json* words = members.find("states");
  if (words == nullptr) return states;
  if (!words->is_array()) members.problem("states", fmt::format("must be an array, not {}", shown(*words)));
  if (!words->is_array()) return states;
  for (const Json& word : *words) {
    const auto state = word.is_string() ? parse_job_state(word.get<std::string>()) : std::nullopt;
    if (state && is_final(*state)) {
      states.push_back(*state);
    } else {
      members.problem("states", fmt::format("{} is not succeeded, failed or cancelled: unfinished jobs are "
                                            "never forgotten",
                                            shown(word)));
    }
  }
  return states;
}

Outcome<store::PruneChoice> read_choice(Json value, Time now) {
  Body body(std::move(value));
  store::PruneChoice choice;
  choice.ended_before = now - read_age(body.members());
  choice.states = read_final_states(body.members());
  choice.files = body.members().boolean("files").value_or(false);
  choice.dry_run = body.members().boolean("dry_run").value_or(false);
  if (auto checked = body.check({"older_than", "states", "files", "dry_run"}); !checked)
    return checked.error();
  return choice;
}

}  // namespace

Json prune_json(const upkeep::PruneOutcome& outcome, bool dry_run) {
  return {{"jobs", outcome.jobs},       {"kept", outcome.kept},   {"more", outcome.more},
          {"files", outcome.files},     {"bytes", outcome.bytes}, {"foreign_files", outcome.foreign_files},
          {"waiting", outcome.waiting}, {"dry_run", dry_run}};
}

Task<void> prune_jobs(Context& context, Call& call) {
  auto value = co_await call.read_json();
  if (!value) co_return value.error();
  auto choice = read_choice(std::move(*value), context.parts.clock.now());
  if (!choice) co_return choice.error();
  const bool dry_run = choice->dry_run;
  std::string by = co_await context.users.name(call.head().peer);
  auto outcome = co_await context.parts.prune(std::move(*choice), std::move(by));
  if (!outcome) co_return outcome.error();
  co_return co_await call.answer(200, prune_json(*outcome, dry_run));
}

}  // namespace reeld::api
