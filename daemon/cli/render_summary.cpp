#include "daemon/cli/render_summary.hpp"

#include <fmt/format.h>

#include "common/job/state.hpp"
#include "common/util/uuid.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/watched.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

constexpr std::size_t kMostNamed = 20;

void add_named(std::vector<std::string>& lines, const std::vector<std::string>& names,
               std::string_view rest) {
  for (std::size_t i = 0; i < names.size() && i < kMostNamed; ++i) lines.push_back("  " + names[i]);
  if (names.size() > kMostNamed)
    lines.push_back(fmt::format("  and {} more {}", names.size() - kMostNamed, rest));
}

}  // namespace

void RenderSummary::add_batch(Control& control, const std::string& batch) {
  std::string after;
  do {
    const Answer page =
        control.ask(Query("/v1/jobs").add("batch", batch).add("limit", "1000").add("after", after).str());
    if (!page) return;
    for (const Json& job : array_of(*page, "jobs")) add(control, job);
    after = text_of(*page, "next");
  } while (!after.empty());
}

void RenderSummary::add_job(Control& control, const std::string& id) {
  const Answer job = control.ask("/v1/jobs/" + percent_encode(id));
  if (job) add(control, *job);
}

void RenderSummary::add(Control& control, const Json& job) {
  const std::string id = text_of(job, "id");
  const auto state = parse_job_state(text_of(job, "state"));
  succeeded_ += state == JobState::kSucceeded ? 1 : 0;
  failed_ += state == JobState::kFailed ? 1 : 0;
  cancelled_ += state == JobState::kCancelled ? 1 : 0;
  if (state && rests(*state) && !is_final(*state)) waiting_.push_back(id);
  if (state == JobState::kFailed)
    failures_.push_back(fmt::format("{}: {}", text_of(job, "name"), text_of(job, "error")));
  cost_.add(money_of(job, "cost"));
  if (state != JobState::kSucceeded) return;
  const Answer detail = control.ask("/v1/jobs/" + percent_encode(id));
  if (!detail) return;
  for (const Json& film : array_of(*detail, "film_files")) films_.push_back(text_of(film, "path"));
}

std::vector<std::string> RenderSummary::lines(const std::filesystem::path& output) const {
  std::vector<std::string> lines;
  const Json counts{{"succeeded", succeeded_}, {"failed", failed_}, {"cancelled", cancelled_}};
  const std::string ended = counts_words(counts);
  lines.push_back("in all: " + (ended.empty() ? "nothing ended" : ended));
  for (const auto& [unit, amount] : cost_.sums()) lines.push_back(fmt::format("cost: {} {}", amount, unit));
  if (!films_.empty()) lines.push_back(fmt::format("films in {}:", output.string()));
  add_named(lines, films_, "films");
  if (!failures_.empty()) lines.emplace_back("failed:");
  add_named(lines, failures_, "jobs");
  if (!waiting_.empty()) lines.emplace_back("waiting for a person (reeld show, reeld resolve):");
  add_named(lines, waiting_, "jobs");
  return lines;
}

Json RenderSummary::json(const std::filesystem::path& output) const {
  Json films = Json::array();
  for (const std::string& film : films_) films.push_back((output / film).string());
  return {{"succeeded", succeeded_}, {"failed", failed_},     {"cancelled", cancelled_},
          {"waiting", waiting_},     {"costs", cost_.sums()}, {"films", std::move(films)}};
}

}  // namespace reeld::cli
