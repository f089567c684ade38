#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/calls.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// What people ask of the queue. `by` is who asked, for the history; empty: not known.
class ControlStore : public Calls {
 public:
  /// Cancels, retries, holds or releases jobs. Each is refused or done for itself; a change takes the job
  /// away from whoever worked on it.
  virtual Async<ActionResult> act(Action action, std::vector<JobId> jobs, std::string by) = 0;

  /// Lets a held batch go on: its held jobs are queued again, at most 5,000 at a call. How many they were.
  /// kNotFound.
  virtual Async<int> release_batch(BatchId batch, std::string by) = 0;

  /// Queues the next 5,000 held jobs of a batch that was released; 0 once there are none, or when it is held
  /// anew.
  virtual Async<int> go_on_releasing(BatchId batch, std::string by) = 0;

  /// Says what became of a submit that nobody knows the outcome of. kNotFound; kConflict: the job waits for
  /// no such word, or the generation is another job's.
  virtual Async<ActionResult> resolve(JobId job, Resolution resolution, std::string by) = 0;

  /// Changes a job that has not ended. kNotFound; kConflict: it has.
  virtual Async<void> edit(JobId job, JobEdit edit, std::string by) = 0;

  /// Stops submits until resume(), also over a restart.
  virtual Async<void> pause(Pause pause) = 0;
  virtual Async<void> resume(std::string by) = 0;
  virtual Async<std::optional<Pause>> paused() = 0;
};

}  // namespace reeld::store
