#include <fmt/format.h>

#include <algorithm>

#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/selection.hpp"
#include "daemon/api/users.hpp"

namespace reeld::api {

using store::Action;
using store::ActionOutcome;
using store::JobPage;
using store::Reader;

namespace {

/// So many jobs are acted on at a time, however many there are.
constexpr int kPage = 500;
constexpr std::size_t kMostOutcomes = 1000;

/// A job that the selection names, with its state where it is known.
struct Selected {
  JobId id;
  std::optional<JobState> state;
};

struct SelectedPage {
  std::vector<Selected> jobs;
  bool is_last = true;
};

/// Goes through a selection, a page at a time.
class Pages {
 public:
  Pages(Reading& reading, const Selection& selection) : reading_(reading), selection_(selection) {}

  Task<SelectedPage> next() {
    if (selection_.ids.empty()) co_return co_await next_of_filter();
    co_return co_await next_of_ids();
  }

 private:
  Task<SelectedPage> next_of_filter() {
    std::function<Result<JobPage>(Reader&)> look = [filter = selection_.filter,
                                                    after = after_](Reader& reader) {
      return reader.list(filter, after, kPage);
    };
    auto page = co_await reading_.run(std::move(look));
    if (!page) co_return page.error();
    SelectedPage selected;
    for (const store::JobLine& job : page->jobs) selected.jobs.push_back({job.id, job.state});
    after_ = page->next;
    selected.is_last = after_.empty();
    co_return selected;
  }

  Task<SelectedPage> next_of_ids() {
    const auto begin = selection_.ids.begin() + static_cast<std::ptrdiff_t>(taken_);
    const auto count = std::min<std::size_t>(kPage, selection_.ids.size() - taken_);
    std::vector<JobId> ids(begin, begin + static_cast<std::ptrdiff_t>(count));
    taken_ += count;
    SelectedPage selected;
    selected.is_last = taken_ == selection_.ids.size();
    if (!selection_.dry_run) {
      for (JobId& id : ids) selected.jobs.push_back({std::move(id), std::nullopt});
      co_return selected;
    }
    std::function<Result<std::vector<Selected>>(Reader&)> look =
        [ids](Reader& reader) -> Result<std::vector<Selected>> {
      std::vector<Selected> jobs;
      for (const JobId& id : ids) {
        auto job = reader.show(id);
        if (!job && job.error().code != Errc::kNotFound) return job.error();
        jobs.push_back({id, job ? std::optional(job->line.state) : std::nullopt});
      }
      return jobs;
    };
    auto jobs = co_await reading_.run(std::move(look));
    if (!jobs) co_return jobs.error();
    selected.jobs = std::move(*jobs);
    co_return selected;
  }

  Reading& reading_;
  const Selection& selection_;
  std::size_t taken_ = 0;  ///< of the ids
  JobId after_;            ///< of the filter's list
};

/// Counts what became of the jobs; the first ones are told one by one.
class Tally {
 public:
  void add(const ActionOutcome& outcome) {
    ++matched_;
    ++(outcome.state ? changed_ : refused_);
    if (outcomes_.size() >= kMostOutcomes) return;
    outcomes_.push_back({{"id", outcome.job.str()},
                         {"state", outcome.state ? Json(to_string(*outcome.state)) : Json()},
                         {"refusal", outcome.state ? Json() : Json(outcome.refusal)}});
  }

  Json answer(bool dry_run) && {
    return {{"matched", matched_},
            {"changed", changed_},
            {"refused", refused_},
            {"dry_run", dry_run},
            {"outcomes", std::move(outcomes_)}};
  }

 private:
  std::int64_t matched_ = 0;
  std::int64_t changed_ = 0;
  std::int64_t refused_ = 0;
  Json outcomes_ = Json::array();
};

ActionOutcome foresee(Action action, const Selected& job) {
  ActionOutcome outcome;
  outcome.job = job.id;
  if (!job.state) {
    outcome.refusal = "there is no such job";
    return outcome;
  }
  outcome.state = state_after(action, *job.state);
  if (!outcome.state) {
    outcome.refusal =
        fmt::format("{} is not possible: the job is {}", to_string(action), to_string(*job.state));
  }
  return outcome;
}

Task<void> act_on_page(Context& context, Action action, const Selection& selection,
                       const std::vector<Selected>& jobs, const std::string& by, Tally& tally) {
  if (jobs.empty()) co_return Outcome<void>();
  if (selection.dry_run) {
    for (const Selected& job : jobs) tally.add(foresee(action, job));
    co_return Outcome<void>();
  }
  std::vector<JobId> ids;
  for (const Selected& job : jobs) ids.push_back(job.id);
  auto result = co_await context.parts.control.act(action, std::move(ids), by, selection.delete_upstream);
  if (!result) co_return result.error();
  for (const ActionOutcome& outcome : result->outcomes) tally.add(outcome);
  co_return Outcome<void>();
}

/// Puts the batch's id in the place of its name: a new batch of that name is not meant by pages to come.
Task<void> find_batch(Reading& reading, store::JobFilter& filter) {
  if (filter.batch.empty()) co_return Outcome<void>();
  std::function<Result<store::BatchSummary>(Reader&)> look = [name = filter.batch](Reader& reader) {
    return reader.batch(name);
  };
  auto batch = co_await reading.run(std::move(look));
  if (!batch) co_return batch.error();
  filter.batch = batch->id.str();
  co_return Outcome<void>();
}

Task<void> act_on_jobs(Context& context, Call& call, Action action) {
  auto value = co_await call.read_json();
  if (!value) co_return value.error();
  auto selection = read_selection(std::move(*value), action);
  if (!selection) co_return selection.error();
  if (auto found = co_await find_batch(context.parts.reading, selection->filter); !found) co_return found;
  const std::string by = co_await context.users.name(call.head().peer);
  Pages pages(context.parts.reading, *selection);
  Tally tally;
  for (bool last = false; !last;) {
    auto page = co_await pages.next();
    if (!page) co_return page.error();
    auto acted = co_await act_on_page(context, action, *selection, page->jobs, by, tally);
    if (!acted) co_return acted;
    last = page->is_last;
  }
  co_return co_await call.answer(200, std::move(tally).answer(selection->dry_run));
}

}  // namespace

Task<void> cancel_jobs(Context& context, Call& call) {
  return act_on_jobs(context, call, Action::kCancel);
}

Task<void> retry_jobs(Context& context, Call& call) {
  return act_on_jobs(context, call, Action::kRetry);
}

Task<void> hold_jobs(Context& context, Call& call) {
  return act_on_jobs(context, call, Action::kHold);
}

Task<void> release_jobs(Context& context, Call& call) {
  return act_on_jobs(context, call, Action::kRelease);
}

}  // namespace reeld::api
