#include "daemon/cli/job_choice.hpp"

#include <fmt/format.h>

#include "common/job/text.hpp"

namespace reeld::cli {

Result<void> check_states(const JobChoice& choice) {
  for (const std::string& word : choice.states) {
    if (parse_job_state(word)) continue;
    std::string known;
    for (JobState state : kAllJobStates) known += fmt::format(" {}", to_string(state));
    return Error{Errc::kBadInput, "cli.state",
                 fmt::format("{} is no state; the states are{}", in_quotes(word), known)};
  }
  return {};
}

void add_to(Query& query, const JobChoice& choice) {
  std::string states;
  for (const std::string& state : choice.states) states += (states.empty() ? "" : ",") + state;
  query.add("state", states)
      .add("batch", choice.batch)
      .add("tag", choice.tag)
      .add("model", choice.model)
      .add("q", choice.text);
}

Json to_json(const JobChoice& choice) {
  Json filter = Json::object();
  if (!choice.states.empty()) filter["state"] = choice.states;
  if (!choice.batch.empty()) filter["batch"] = choice.batch;
  if (!choice.tag.empty()) filter["tag"] = choice.tag;
  if (!choice.model.empty()) filter["model"] = choice.model;
  if (!choice.text.empty()) filter["q"] = choice.text;
  return filter;
}

store::JobFilter to_filter(const JobChoice& choice) {
  store::JobFilter filter{{}, choice.batch, choice.tag, choice.model, choice.text};
  for (const std::string& word : choice.states) {
    if (const auto state = parse_job_state(word)) filter.states.push_back(*state);
  }
  return filter;
}

}  // namespace reeld::cli
