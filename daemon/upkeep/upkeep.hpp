#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "common/util/clock.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/store/store.hpp"
#include "daemon/upkeep/result_files.hpp"

namespace reeld::upkeep {

struct UpkeepOptions {
  std::filesystem::path results;
  Duration keep_jobs{0};         ///< finished jobs are forgotten after this; 0: never
  Duration keep_files{0};        ///< and the files of those that succeeded removed; 0: never
  Duration duplicate_window{0};  ///< ended batches are known at least for so long
  bool results_are_marked =
      false;  ///< nothing is removed there without the marker of files/results_marker.hpp
};

/// What a prune has done.
struct PruneOutcome {
  int jobs = 0;       ///< forgotten (or those that would be)
  int kept = 0;       ///< old enough, but still needed
  bool more = false;  ///< there may be more: ask again
  int files = 0;      ///< removed
  std::uintmax_t bytes = 0;
  int foreign_files = 0;    ///< left where they are: they are not what is on record
  int waiting = 0;          ///< jobs whose files could not be removed now; that is tried again each hour
  std::string waiting_for;  ///< why, in the words of the last one
};

/// Keeps queue and results small: forgets finished jobs when a person or the configuration asks for it.
class Upkeep {
 public:
  /// What it works with; all of it outlives the upkeep.
  struct Parts {
    store::Store& store;
    files::Pool& pool;
    Clock& clock;
    /// The service's clock minus ours; nothing before it has told its own. Until then, and while they differ
    /// by over 5 minutes, nobody knows how old a job is.
    std::function<std::optional<Duration>()> clock_difference;
  };

  Upkeep(Parts parts, UpkeepOptions options) : parts_(std::move(parts)), options_(std::move(options)) {}

  /// Forgets finished jobs, at most some hundreds at a call (a dry run counts them all). `by` is who asked,
  /// for the log. kConflict: nobody knows how old a job is.
  boost::asio::awaitable<Result<PruneOutcome>> prune(store::PruneChoice choice, std::string by);

  /// Keeps jobs and files for so long, from the next round on; 0: for ever.
  void keep(Duration jobs, Duration files) {
    options_.keep_jobs = jobs;
    options_.keep_files = files;
  }

  /// Does each hour what the configuration asks for, in small pieces with pauses. Ends by cancellation only.
  boost::asio::awaitable<void> run();

 private:
  /// Removes what is released, of at most so many jobs. What fails is tried again in the next round.
  boost::asio::awaitable<Result<void>> remove_released(PruneOutcome& outcome,
                                                       int most = std::numeric_limits<int>::max());
  boost::asio::awaitable<Result<void>> remove_files_of(store::ReleasedFiles files, PruneOutcome& outcome);
  /// What is missing on a disk that is not mounted was removed by nobody. Blocking.
  Result<void> look_for_results() const;
  boost::asio::awaitable<void> remove_folders(std::string output_path);
  boost::asio::awaitable<Result<void>> round();
  boost::asio::awaitable<Result<void>> release_old_files(PruneOutcome& outcome);
  boost::asio::awaitable<Result<void>> forget_old_jobs(PruneOutcome& outcome);
  boost::asio::awaitable<Result<void>> forget_remains();
  /// Why nobody knows how old a job is; "" where that is known.
  std::string clock_trouble() const;
  static void tell_waiting(const PruneOutcome& outcome);

  Parts parts_;
  UpkeepOptions options_;
  bool clock_told_ = false;
};

}  // namespace reeld::upkeep
