#include "daemon/cli/watched.hpp"

#include <map>
#include <set>

#include "common/job/state.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

constexpr const char* kInFlight = "submitting,generating,downloading";
constexpr const char* kMoving = "scheduled,queued,submitting,generating,downloading";
constexpr const char* kWaitingForAPerson = "held,unknown,parked";

std::optional<JobState> state_of(const Json& job) {
  return parse_job_state(text_of(job, "state"));
}

bool ended(const Json& job) {
  const auto state = state_of(job);
  return state && is_final(*state);
}

/// What GET answers becomes `into`; the trouble where it does not.
std::optional<Trouble> read(Control& control, const std::string& target, Json& into) {
  Answer answer = control.ask(target);
  if (!answer) return answer.error();
  into = std::move(*answer);
  return std::nullopt;
}

std::string jobs_in(const char* states, const std::string& batch, const char* limit) {
  return Query("/v1/jobs").add("state", states).add("batch", batch).add("limit", limit).str();
}

std::vector<Json> jobs_of(const Json& page) {
  const Json& jobs = array_of(page, "jobs");
  return {jobs.begin(), jobs.end()};
}

class WatchedQueue final : public Watched {
 public:
  explicit WatchedQueue(Control& control) : control_(control) {}

  bool concerns(const Json&) const override { return true; }

  std::optional<Trouble> refresh() override {
    Json page;
    if (auto trouble = read(control_, jobs_in(kInFlight, "", "1000"), page)) return trouble;
    in_flight_ = jobs_of(page);
    return read(control_, "/v1/stats", stats_);
  }

  const std::vector<Json>& in_flight() const override { return in_flight_; }
  bool at_rest() const override { return false; }
  std::string summary() const override { return counts_words(member(stats_, "counts")); }
  int exit_code() const override { return app::kExitDone; }

 private:
  Control& control_;
  std::vector<Json> in_flight_;
  Json stats_;
};

class WatchedBatch final : public Watched {
 public:
  WatchedBatch(Control& control, std::string id) : control_(control), id_(std::move(id)) {}

  bool concerns(const Json& event) const override { return text_of(event, "batch") == id_; }

  std::optional<Trouble> refresh() override {
    Json page;
    if (auto trouble = read(control_, jobs_in(kInFlight, id_, "1000"), page)) return trouble;
    Json moving;
    if (auto trouble = read(control_, jobs_in(kMoving, id_, "1"), moving)) return trouble;
    Json waiting;
    if (auto trouble = read(control_, jobs_in(kWaitingForAPerson, id_, "1"), waiting)) return trouble;
    if (auto trouble = read(control_, "/v1/batches/" + percent_encode(id_), batch_)) return trouble;
    in_flight_ = jobs_of(page);
    at_rest_ = array_of(moving, "jobs").empty() && in_flight_.empty();
    needs_person_ = !array_of(waiting, "jobs").empty();
    return std::nullopt;
  }

  const std::vector<Json>& in_flight() const override { return in_flight_; }
  bool at_rest() const override { return at_rest_; }

  std::string summary() const override {
    const Json& counts = member(batch_, "counts");
    const auto open = number_of(counts, "open");
    std::string words = counts_words(counts);
    if (open > 0) words += (words.empty() ? "" : ", ") + count_of(open, "job") + " to go";
    return words;
  }

  int exit_code() const override {
    return needs_person_ ? app::kExitTryLater : exit_code_of(member(batch_, "counts"));
  }

 private:
  Control& control_;
  std::string id_;
  std::vector<Json> in_flight_;
  Json batch_;
  bool at_rest_ = false;
  bool needs_person_ = false;
};

class WatchedJobs final : public Watched {
 public:
  WatchedJobs(Control& control, std::vector<std::string> ids)
      : control_(control), ids_(ids.begin(), ids.end()) {}

  bool concerns(const Json& event) const override { return ids_.contains(text_of(event, "job")); }

  std::optional<Trouble> refresh() override {
    std::vector<Json> in_flight;
    for (const std::string& id : ids_) {
      if (ended(jobs_[id])) continue;
      if (auto trouble = read(control_, "/v1/jobs/" + percent_encode(id), jobs_[id])) return trouble;
      if (!member(jobs_[id], "progress").is_null()) in_flight.push_back(jobs_[id]);
    }
    in_flight_ = std::move(in_flight);
    return std::nullopt;
  }

  const std::vector<Json>& in_flight() const override { return in_flight_; }

  bool at_rest() const override {
    for (const auto& [id, job] : jobs_) {
      const auto state = state_of(job);
      if (!state || !rests(*state)) return false;
    }
    return true;
  }

  std::string summary() const override { return counts_words(counts()); }
  int exit_code() const override { return exit_code_of(counts()); }

 private:
  Json counts() const {
    Json counts = Json::object();
    for (const auto& [id, job] : jobs_) {
      const std::string state = text_of(job, "state");
      counts[state] = number_of(counts, state) + 1;
    }
    return counts;
  }

  Control& control_;
  std::set<std::string> ids_;
  std::map<std::string, Json> jobs_;
  std::vector<Json> in_flight_;
};

}  // namespace

std::unique_ptr<Watched> watch_queue(Control& control) {
  return std::make_unique<WatchedQueue>(control);
}

std::unique_ptr<Watched> watch_batch(Control& control, std::string batch_id) {
  return std::make_unique<WatchedBatch>(control, std::move(batch_id));
}

std::unique_ptr<Watched> watch_jobs(Control& control, std::vector<std::string> ids) {
  return std::make_unique<WatchedJobs>(control, std::move(ids));
}

bool rests(JobState state) {
  return is_final(state) || state == JobState::kHeld || state == JobState::kUnknown ||
         state == JobState::kParked;
}

int exit_code_of(const Json& counts) {
  for (const char* state : {"held", "unknown", "parked"}) {
    if (number_of(counts, state) > 0) return app::kExitTryLater;
  }
  const bool some_failed = number_of(counts, "failed") + number_of(counts, "cancelled") > 0;
  return some_failed ? app::kExitSomeFailed : app::kExitDone;
}

}  // namespace reeld::cli
