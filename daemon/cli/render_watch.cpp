#include "daemon/cli/render_watch.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "daemon/cli/json_members.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

constexpr const char* kInFlight = "submitting,generating,downloading";
constexpr const char* kUnfinished = "scheduled,queued,submitting,unknown,generating,downloading";
constexpr const char* kPage = "200";

/// It leaves `scheduled` when it is known what became of another job's submit.
bool waits_for_another(const Json& job, Time now) {
  const std::string why = text_of(job, "error_class");
  const auto due = time_of(job, "due_at");
  return text_of(job, "state") == "scheduled" && (why == "twin" || why == "price") && due && *due > now;
}

const Json& account_hold(const Json& stats) {
  return member(member(stats, "queue"), "account_held");
}

}  // namespace

bool RenderJobs::contains(const Json& job) const {
  return batches.contains(text_of(job, "batch")) || jobs.contains(text_of(job, "id"));
}

std::string awaited_words(const Json& counts) {
  const auto unknown = number_of(counts, "unknown");
  const auto scheduled = number_of(counts, "scheduled");
  std::string words;
  if (unknown > 0)
    words = count_of(unknown, "submit") + " of unknown outcome, looked for until found or parked";
  if (scheduled > 0)
    words +=
        fmt::format("{}{} with a time to wait for", words.empty() ? "" : "; ", count_of(scheduled, "job"));
  return words;
}

std::optional<Trouble> RenderWatch::refresh() {
  Answer page = control_.ask(Query("/v1/jobs").add("state", kInFlight).add("limit", "1000").str());
  if (!page) return page.error();
  Answer stats = control_.ask("/v1/stats");
  if (!stats) return stats.error();
  in_flight_ = array_of(*page, "jobs").get<std::vector<Json>>();
  stats_ = std::move(*stats);
  const std::string stop = what_stops();
  const bool quiet = stop.empty() && in_flight_.empty();
  remind(stop_reminder_, stop);
  remind(wait_reminder_, quiet ? awaited_words(member(stats_, "counts")) : "");
  if (account_trouble().empty()) return look_for_movement();
  at_rest_ = key_is_refused() || in_flight_.empty();
  return std::nullopt;
}

void RenderWatch::remind(Reminder& reminder, const std::string& words) {
  if (reminder.is_due(!words.empty(), clock_.elapsed()) && reminds_)
    fmt::print(stderr, "reeld: waiting, {}\n", words);
}

/// The newest jobs come first, and mostly they are the given ones: the first page tells.
std::optional<Trouble> RenderWatch::look_for_movement() {
  const Time now = clock_.now();
  bool others_move = false;
  bool some_wait = false;
  std::string after;
  do {
    const Query query = Query("/v1/jobs").add("state", kUnfinished).add("limit", kPage).add("after", after);
    const Answer page = control_.ask(query.str());
    if (!page) return page.error();
    for (const Json& job : array_of(*page, "jobs")) {
      const bool is_given = jobs_.contains(job);
      const bool waits = waits_for_another(job, now);
      at_rest_ = !is_given || waits;
      if (!at_rest_) return std::nullopt;
      some_wait = some_wait || is_given;
      others_move = others_move || !waits;
    }
    after = text_of(*page, "next");
  } while (!after.empty());
  at_rest_ = !(some_wait && others_move);
  return std::nullopt;
}

std::string RenderWatch::what_stops() const {
  const auto words = queue_words(member(stats_, "queue"), clock_.now());
  return words.empty() ? "" : words.front();
}

std::string RenderWatch::summary() const {
  const std::string stop = what_stops();
  return counts_words(member(stats_, "counts")) + (stop.empty() ? "" : "; " + stop);
}

bool RenderWatch::key_is_refused() const {
  return text_of(account_hold(stats_), "class") == "unauthorized";
}

std::string RenderWatch::account_trouble() const {
  const bool is_a_persons = key_is_refused() || text_of(account_hold(stats_), "class") == "no_balance";
  return is_a_persons ? text_of(account_hold(stats_), "reason") : "";
}

}  // namespace reeld::cli
