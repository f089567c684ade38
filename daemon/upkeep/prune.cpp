// What a person asks for, and the removal of files that both ways of forgetting share.
#include <fmt/format.h>

#include "common/util/log.hpp"
#include "daemon/files/results_marker.hpp"
#include "daemon/upkeep/upkeep.hpp"

namespace reeld::upkeep {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr int kStep = 200;
/// Jobs at a call: their films are read once more before they are removed, and the caller waits.
constexpr int kMostAtACall = 400;
constexpr int kMostRemovalsAtACall = 100;
constexpr int kRemovalsAtOnce = 50;
constexpr Duration kMostDifference = 5min;

std::string removal_words(const Removal& removal) {
  std::string words = fmt::format("{} of its files removed", removal.files);
  for (const std::string& path : removal.kept) words += fmt::format("; {} has changed since and stays", path);
  return words;
}

}  // namespace

std::string Upkeep::clock_trouble() const {
  const std::optional<Duration> difference = parts_.clock_difference();
  if (!difference) return "the service has not told its time since this daemon began";
  if (*difference > kMostDifference || *difference < -kMostDifference) {
    return "this machine's clock and the service's differ by over 5 minutes";
  }
  return "";
}

asio::awaitable<Result<PruneOutcome>> Upkeep::prune(store::PruneChoice choice, std::string by) {
  if (const std::string trouble = clock_trouble(); !trouble.empty()) {
    co_return Error{
        Errc::kConflict, "upkeep.prune",
        fmt::format("{}: how old a job is, nobody knows; ask `reeld doctor` what to do", trouble)};
  }
  PruneOutcome outcome;
  std::string after;
  do {
    auto step = co_await parts_.store.prune(choice, after, kStep);
    if (!step) co_return step.error();
    outcome.jobs += step->jobs;
    outcome.kept += step->kept;
    after = step->next;
  } while (!after.empty() && (choice.dry_run || outcome.jobs < kMostAtACall));
  outcome.more = !after.empty();
  if (choice.dry_run) co_return outcome;
  if (auto removed = co_await remove_released(outcome, kMostRemovalsAtACall); !removed)
    co_return removed.error();
  tell_waiting(outcome);
  if (outcome.jobs > 0) {
    log_event(spdlog::level::info, "forgot finished jobs",
              {{"jobs", outcome.jobs},
               {"ended_before", format_time(choice.ended_before)},
               {"files", outcome.files},
               {"by", by}});
  }
  co_return outcome;
}

asio::awaitable<Result<void>> Upkeep::remove_released(PruneOutcome& outcome, int most) {
  outcome.waiting = 0;
  for (JobId after;;) {
    auto released = co_await parts_.store.released_files(after, kRemovalsAtOnce);
    if (!released) co_return released.error();
    if (released->empty()) co_return Result<void>();
    after = released->back().job;
    for (store::ReleasedFiles& files : *released) {
      if (most == 0) {
        outcome.more = true;
        co_return Result<void>();
      }
      auto removed = co_await remove_files_of(std::move(files), outcome);
      if (removed) {
        --most;
        continue;
      }
      if (removed.error().code == Errc::kUnavailable) co_return removed;
      ++outcome.waiting;
      outcome.waiting_for = describe(removed.error());
    }
  }
}

void Upkeep::tell_waiting(const PruneOutcome& outcome) {
  if (outcome.waiting == 0) return;
  spdlog::warn("files of {} forgotten jobs stay for now: {}", outcome.waiting, outcome.waiting_for);
}

asio::awaitable<Result<void>> Upkeep::remove_files_of(store::ReleasedFiles files, PruneOutcome& outcome) {
  const std::function<Result<Removal>()> work = [this, &files]() -> Result<Removal> {
    if (auto there = look_for_results(); !there) return there.error();
    return remove_result_files(options_.results, files);
  };
  auto removal = co_await parts_.pool.run(work);
  if (!removal) co_return removal.error();
  outcome.files += removal->files;
  outcome.bytes += removal->bytes;
  outcome.foreign_files += static_cast<int>(removal->kept.size());
  for (const std::string& path : removal->kept) {
    log_event(spdlog::level::warn, "a file is not the one on record and is left where it is",
              {{"file", path}, {"job", files.job.str()}});
  }
  auto finished = co_await parts_.store.finish_removal(files.job, removal_words(*removal));
  if (finished && removal->folder_is_empty) co_await remove_folders(std::move(files.output_path));
  co_return finished;
}

Result<void> Upkeep::look_for_results() const {
  if (!options_.results_are_marked) return {};
  auto marked = files::is_marked(options_.results);
  if (!marked) return marked.error();
  if (*marked) return {};
  return Error{Errc::kNotFound, "upkeep.remove", files::missing_marker_words(options_.results)};
}

/// A folder that is not there means that its disk may not be mounted: it stays while a job has films there.
asio::awaitable<void> Upkeep::remove_folders(std::string output_path) {
  std::string folder = std::filesystem::path(output_path).parent_path().string();
  if (folder.empty()) co_return;
  const auto needed = co_await parts_.store.has_films_below(std::move(folder));
  if (!needed || *needed) co_return;
  const std::function<Result<void>()> work = [this, &output_path]() -> Result<void> {
    remove_empty_folders(options_.results, output_path);
    return {};
  };
  co_await parts_.pool.run(work);
}

}  // namespace reeld::upkeep
