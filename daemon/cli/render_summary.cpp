#include "daemon/cli/render_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/last_hold.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

constexpr std::size_t kMostNamed = 20;
constexpr int kPage = 1000;

void add_named(std::vector<std::string>& lines, const std::vector<std::string>& names,
               std::string_view rest) {
  for (std::size_t i = 0; i < names.size() && i < kMostNamed; ++i) lines.push_back("  " + names[i]);
  if (names.size() > kMostNamed)
    lines.push_back(fmt::format("  and {} more {}", names.size() - kMostNamed, rest));
}

}  // namespace

std::optional<Trouble> RenderSummary::add(QueueView& queue, const RenderJobs& jobs) {
  // A job may be named and of a given batch too. Ids grow with time: as the jobs were given.
  std::set<std::string> ids = jobs.jobs;
  for (const std::string& batch : jobs.batches) {
    JobChoice choice;
    choice.batch = batch;
    std::string after;
    do {
      const Answer page = queue.list(choice, after, kPage);
      if (!page) return page.error();
      for (const Json& job : array_of(*page, "jobs")) ids.insert(text_of(job, "id"));
      after = text_of(*page, "next");
    } while (!after.empty());
  }
  for (const std::string& id : ids) {
    const Answer job = queue.show(id);
    if (!job) return job.error();
    add(*job);
  }
  return std::nullopt;
}

void RenderSummary::add(const Json& job) {
  const auto state = parse_job_state(text_of(job, "state"));
  if (!state) return;
  ++counts_[*state];
  cost_.add(money_of(job, "cost"));
  Named named{text_of(job, "id"), text_of(job, "name"), text_of(job, "state"), text_of(job, "error")};
  if (state == JobState::kHeld) {
    const LastHold hold = last_hold(job);
    named.why = hold.words;
    (hold.by_cap ? held_by_cap_ : held_otherwise_) = true;
  }
  if (!is_final(*state)) left_.push_back(named);
  if (state == JobState::kFailed) failures_.push_back(named);
  if (state != JobState::kSucceeded) return;
  for (const Json& film : array_of(job, "film_files"))
    films_.push_back((places_.output / text_of(film, "path")).string());
}

int RenderSummary::exit_code() const {
  if (!left_.empty()) return app::kExitTryLater;
  const bool some_failed = counts_.contains(JobState::kFailed) || counts_.contains(JobState::kCancelled);
  return some_failed ? app::kExitSomeFailed : app::kExitDone;
}

std::vector<std::string> RenderSummary::what_to_do() const {
  const auto has = [this](JobState state) { return counts_.contains(state); };
  std::vector<std::string> lines;
  if (held_by_cap_)
    lines.emplace_back("what a cap holds goes on with a higher --max-cost, or when the budget allows it");
  if (has(JobState::kFailed) || has(JobState::kCancelled) || held_otherwise_)
    lines.emplace_back(
        "--retry-failed tries again what failed or was cancelled, and lets go on what is held");
  if (has(JobState::kParked)) {
    lines.push_back(
        fmt::format("a person must say what became of parked jobs: start `reeld --data-dir {} --set "
                    "results.dir={} serve`, then `reeld --data-dir {} resolve ID`",
                    places_.state.string(), places_.output.string(), places_.state.string()));
  }
  if (!left_.empty()) lines.emplace_back("the same command goes on where this one ended");
  return lines;
}

std::vector<std::string> RenderSummary::lines() const {
  std::vector<std::string> lines;
  Json counts = Json::object();
  for (const auto& [state, count] : counts_) counts[std::string(to_string(state))] = count;
  const std::string words = counts_words(counts);
  lines.push_back("in all: " + (words.empty() ? "no jobs" : words));
  for (const auto& [unit, amount] : cost_.sums()) lines.push_back(fmt::format("cost: {} {}", amount, unit));
  if (!films_.empty()) lines.push_back(fmt::format("films in {}:", places_.output.string()));
  add_named(lines, films_, "films");
  std::vector<std::string> failed;
  for (const Named& job : failures_)
    failed.push_back(fmt::format("{} {}: {}", short_id(job.id), job.name, job.why));
  if (!failed.empty()) lines.emplace_back("failed:");
  add_named(lines, failed, "jobs");
  std::vector<std::string> left;
  for (const Named& job : left_) {
    const bool says_state = job.why.starts_with(job.state);
    left.push_back(fmt::format("{} {}: {}{}{}", short_id(job.id), job.name, says_state ? "" : job.state,
                               says_state || job.why.empty() ? "" : ", ", job.why));
  }
  if (!left.empty())
    lines.push_back("left, " + count_of(static_cast<std::int64_t>(left.size()), "job") + ":");
  add_named(lines, left, "jobs");
  if (!reason_.empty()) lines.push_back(reason_);
  std::ranges::move(what_to_do(), std::back_inserter(lines));
  return lines;
}

Json RenderSummary::json(int exit_code) const {
  const auto count = [this](JobState state) {
    const auto found = counts_.find(state);
    return found == counts_.end() ? 0 : found->second;
  };
  Json left = Json::array();
  for (const Named& job : left_)
    left.push_back({{"id", job.id}, {"name", job.name}, {"state", job.state}, {"reason", job.why}});
  Json failures = Json::array();
  for (const Named& job : failures_)
    failures.push_back({{"id", job.id}, {"name", job.name}, {"error", job.why}});
  return {{"kind", "summary"},
          {"exit_code", exit_code},
          {"reason", reason_.empty() ? Json() : Json(reason_)},
          {"succeeded", count(JobState::kSucceeded)},
          {"failed", count(JobState::kFailed)},
          {"cancelled", count(JobState::kCancelled)},
          {"left", std::move(left)},
          {"failures", std::move(failures)},
          {"costs", cost_.sums()},
          {"films", films_}};
}

}  // namespace reeld::cli
