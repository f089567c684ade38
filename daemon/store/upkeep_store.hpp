#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/store/calls.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// Which finished jobs are to be forgotten.
struct PruneChoice {
  Time ended_before{};
  std::vector<JobState> states;  ///< final ones; empty: all three
  bool files = false;            ///< their result files go too, not only what broken downloads left
  bool dry_run = false;          ///< only count
};

struct PruneStep {
  int jobs = 0;      ///< that were forgotten
  int kept = 0;      ///< old enough, but still needed: an open attempt, a batch or a message not told yet
  std::string next;  ///< where the next step begins; empty: there is nothing more
};

/// A film as it was published, or was about to be.
struct PlacedFilm {
  int number = 0;
  GenerationId generation;
  std::string path;  ///< below results; empty: it never had a place
  std::uint64_t size = 0;
  std::string sha256;
};

/// The files of a job that nothing on record needs any more.
struct ReleasedFiles {
  JobId job;
  std::string output_path;
  Time ended{};
  std::vector<PlacedFilm> films;
};

/// Keeping the queue small: finished jobs are forgotten, what was paid for is not.
class UpkeepStore : public Calls {
 public:
  /// Looks at `limit` finished jobs, oldest first, behind `after` (a step's `next`, or empty), and forgets
  /// those that are chosen. Their
  /// attempts stay, with the prompts blanked; their files are released where that is asked for.
  virtual Async<PruneStep> prune(PruneChoice choice, std::string after, int limit) = 0;

  /// Releases the files of up to `limit` jobs that succeeded before `ended_before`; the jobs stay. How many.
  virtual Async<int> release_files(Time ended_before, int limit) = 0;

  /// Files that are released and not removed yet, of jobs behind `after`, at most `limit` jobs.
  virtual Async<std::vector<ReleasedFiles>> released_files(JobId after, int limit) = 0;

  /// They are gone, or not ours to remove: the job's result path may be given to another. `words`, where
  /// there are some, go into the history of a job that is still there.
  virtual Async<void> finish_removal(JobId job, std::string words) = 0;

  /// Whether some job has films, or had them and they are not removed yet, below a folder of the results.
  virtual Async<bool> has_films_below(std::string folder) = 0;

  /// Forgets what stayed of jobs that were pruned before `before`: attempts, unless the outcome of any is
  /// open, and batches that ended before it. At most `limit` of each; how many there were.
  virtual Async<int> forget_remains(Time before, int limit) = 0;
};

}  // namespace reeld::store
