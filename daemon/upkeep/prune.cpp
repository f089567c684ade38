// What a person asks for, and the removal of files that both ways of forgetting share.
#include <fmt/format.h>

#include "common/util/log.hpp"
#include "daemon/upkeep/upkeep.hpp"

namespace reeld::upkeep {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr int kStep = 200;
/// Jobs at a call: their films are read once more before they are removed, and the caller waits.
constexpr int kMostAtACall = 400;
constexpr int kRemovalsAtOnce = 50;
constexpr Duration kMostDifference = 5min;

std::string removal_words(const Removal& removal) {
  std::string words = fmt::format("{} of its files removed", removal.files);
  for (const std::string& path : removal.kept) words += fmt::format("; {} has changed since and stays", path);
  return words;
}

}  // namespace

bool Upkeep::clocks_differ() const {
  const Duration difference = parts_.clock_difference();
  return difference > kMostDifference || difference < -kMostDifference;
}

asio::awaitable<Result<PruneOutcome>> Upkeep::prune(store::PruneChoice choice, std::string by) {
  if (clocks_differ()) {
    co_return Error{
        Errc::kConflict, "upkeep.prune",
        "this machine's clock and the service's differ by over 5 minutes: how old a job is, nobody "
        "knows; put the clock right first (`reeld doctor`)"};
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
  if (auto removed = co_await remove_released(outcome); !removed) co_return removed.error();
  if (outcome.jobs > 0) {
    log_event(spdlog::level::info, "forgot finished jobs",
              {{"jobs", outcome.jobs},
               {"ended_before", format_time(choice.ended_before)},
               {"files", outcome.files},
               {"by", by}});
  }
  co_return outcome;
}

asio::awaitable<Result<void>> Upkeep::remove_released(PruneOutcome& outcome) {
  for (JobId after;;) {
    auto released = co_await parts_.store.released_files(after, kRemovalsAtOnce);
    if (!released) co_return released.error();
    if (released->empty()) co_return Result<void>();
    after = released->back().job;
    for (store::ReleasedFiles& files : *released) {
      auto removed = co_await remove_files_of(std::move(files), outcome);
      if (removed) continue;
      if (removed.error().code == Errc::kUnavailable) co_return removed;
      ++outcome.waiting;
      spdlog::warn("files of a forgotten job stay for now: {}", describe(removed.error()));
    }
  }
}

asio::awaitable<Result<void>> Upkeep::remove_files_of(store::ReleasedFiles files, PruneOutcome& outcome) {
  const std::function<Result<Removal>()> work = [this, &files] {
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
  co_return co_await parts_.store.finish_removal(files.job, removal_words(*removal));
}

}  // namespace reeld::upkeep
