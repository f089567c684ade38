#include "daemon/api/body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/job/text.hpp"

namespace reeld::api {

using check::Members;

namespace {

constexpr std::size_t kLongestText = 1000;

std::string bounded_text(const Members& members, std::string_view name) {
  auto text = members.text(name).value_or("");
  if (text.size() > kLongestText) {
    members.problem(name, fmt::format("may have {} bytes at most", kLongestText));
    text.clear();
  }
  return text;
}

void read_state(const Members& members, const Json& word, std::vector<JobState>& states) {
  const auto* text = word.get_ptr<const std::string*>();
  const auto state = text == nullptr ? std::nullopt : parse_job_state(*text);
  if (state) {
    states.push_back(*state);
  } else {
    members.problem("state",
                    text == nullptr ? fmt::format("must be text, not {}", shown(word)) : state_words(*text));
  }
}

/// Each state once, in the order of a job's life: a filter that means the same looks the same.
void normalize(std::vector<JobState>& states) {
  std::ranges::sort(states);
  const auto repeated = std::ranges::unique(states);
  states.erase(repeated.begin(), repeated.end());
}

}  // namespace

Body::Body(Json value) : value_(std::move(value)), members_(value_, "", findings_) {
  // Members looks at an object only; of anything else nothing is found.
  if (!value_.is_object()) findings_.add("", fmt::format("must be an object, not {}", shown(value_)));
}

Outcome<void> Body::check(std::initializer_list<std::string_view> known) {
  if (value_.is_object()) members_.refuse_unknown(std::span(known.begin(), known.size()));
  const auto problems = findings_.take();
  if (problems.empty()) return {};
  return invalid(400, "the body breaks these rules: " + describe(problems.front()), problems,
                 problems.size());
}

store::JobFilter read_filter(const Members& members) {
  store::JobFilter filter;
  if (const Json* state = members.find("state")) {
    const Json words = state->is_array() ? *state : Json::array({*state});
    if (words.size() > kAllJobStates.size()) members.problem("state", "names more states than there are");
    for (std::size_t i = 0; i < std::min(words.size(), kAllJobStates.size()); ++i) {
      read_state(members, words[i], filter.states);
    }
    normalize(filter.states);
  }
  filter.batch = bounded_text(members, "batch");
  filter.tag = bounded_text(members, "tag");
  filter.model = bounded_text(members, "model");
  filter.text = bounded_text(members, "q");
  static constexpr std::array<std::string_view, 5> kKnown{"state", "batch", "tag", "model", "q"};
  members.refuse_unknown(kKnown);
  return filter;
}

std::optional<std::vector<JobState>> parse_states(std::string_view text) {
  std::vector<JobState> states;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto state = parse_job_state(text.substr(0, end));
    if (!state) return std::nullopt;
    states.push_back(*state);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  normalize(states);
  return states;
}

std::string state_words(std::string_view text) {
  std::string words = fmt::format("{} is no state; there are", in_quotes(text));
  for (const JobState state : kAllJobStates) words += fmt::format(" {}", to_string(state));
  return words;
}

}  // namespace reeld::api
