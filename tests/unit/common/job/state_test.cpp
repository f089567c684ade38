#include "common/job/state.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace reeld {
namespace {

/// What may follow each state, written out a second time: the table in the code is checked against this one.
const std::map<std::string, std::set<std::string>> kAllowed{
    {"scheduled", {"queued", "failed", "cancelled"}},
    {"queued", {"held", "submitting", "failed", "cancelled"}},
    {"held", {"queued", "failed", "cancelled"}},
    {"submitting", {"queued", "generating", "scheduled", "failed", "unknown", "cancelled"}},
    {"generating", {"downloading", "scheduled", "failed", "unknown", "cancelled"}},
    {"downloading", {"succeeded", "failed", "cancelled"}},
    {"unknown", {"generating", "queued", "parked", "cancelled"}},
    {"parked", {"queued", "generating", "failed", "cancelled"}},
    {"succeeded", {}},
    {"failed", {"queued", "generating", "downloading"}},
    {"cancelled", {"queued", "generating", "downloading"}},
};

TEST(StateTest, AllowsExactlyTheListedTransitions) {
  for (JobState from : kAllJobStates) {
    for (JobState to : kAllJobStates) {
      const bool allowed = kAllowed.at(std::string(to_string(from))).contains(std::string(to_string(to)));
      EXPECT_EQ(may_become(from, to), allowed) << to_string(from) << " -> " << to_string(to);
    }
  }
}

TEST(StateTest, ListsNoTransitionTwice) {
  std::set<std::pair<JobState, JobState>> seen;
  for (const Transition& t : all_transitions())
    EXPECT_TRUE(seen.emplace(t.from, t.to).second) << to_string(t.from);
}

TEST(StateTest, NamesReadBack) {
  std::set<std::string_view> names;
  for (JobState state : kAllJobStates) {
    EXPECT_EQ(parse_job_state(to_string(state)), state);
    names.insert(to_string(state));
  }
  EXPECT_EQ(names.size(), kAllJobStates.size());
  EXPECT_FALSE(parse_job_state("Queued"));
  EXPECT_FALSE(parse_job_state(""));
}

TEST(StateTest, ThreeStatesAreFinal) {
  std::set<std::string_view> final_states;
  for (JobState state : kAllJobStates) {
    if (is_final(state)) final_states.insert(to_string(state));
  }
  EXPECT_EQ(final_states, (std::set<std::string_view>{"cancelled", "failed", "succeeded"}));
}

TEST(StateTest, EveryStateLeadsToAFinalOne) {
  std::set<JobState> ending{JobState::kSucceeded, JobState::kFailed, JobState::kCancelled};
  for (JobState state : kAllJobStates) {
    bool ends = is_final(state);
    for (const Transition& t : all_transitions()) ends = ends || (t.from == state && ending.contains(t.to));
    EXPECT_TRUE(ends) << to_string(state);
  }
}

}  // namespace
}  // namespace reeld
