#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/job/state.hpp"
#include "daemon/cli/control.hpp"

namespace reeld::cli {

/// The jobs that somebody watches, as they were when the daemon was last asked.
class Watched {
 public:
  virtual ~Watched() = default;

  /// Is this Event about one of them?
  virtual bool concerns(const Json& event) const = 0;

  /// Asks the daemon again. The trouble says why there was no answer; all stays as it was then.
  virtual std::optional<Trouble> refresh() = 0;

  /// The Jobs that are being submitted, rendered or downloaded.
  virtual const std::vector<Json>& in_flight() const = 0;

  /// Does none of them go on by itself? Never true of the whole queue.
  virtual bool at_rest() const = 0;

  /// How many are in each state: "3 succeeded, 12 queued".
  virtual std::string summary() const = 0;

  /// For all at rest: 0 where all succeeded, 75 where some wait for a person, 1 where some failed or were
  /// cancelled.
  virtual int exit_code() const = 0;
};

std::unique_ptr<Watched> watch_queue(Control& control);
std::unique_ptr<Watched> watch_batch(Control& control, std::string batch_id);
std::unique_ptr<Watched> watch_jobs(Control& control, std::vector<std::string> ids);

/// Does a job in this state not go on by itself? Final, held, unknown and parked ones do not.
bool rests(JobState state);

/// The exit code for jobs that came to rest, by their states: {"succeeded":3,"parked":1}.
int exit_code_of(const Json& counts);

}  // namespace reeld::cli
