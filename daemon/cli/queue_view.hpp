#pragma once

#include <memory>
#include <string>

#include "daemon/cli/control.hpp"
#include "daemon/cli/job_choice.hpp"
#include "daemon/cli/trouble.hpp"

namespace reeld::cli {

/// A look at the queue: through the daemon, or by itself while no daemon runs. The JSON is the same.
class QueueView {
 public:
  virtual ~QueueView() = default;

  /// {"jobs":[Job],"next":ID|null}, newest first. `limit` is 1000 at most; `after` is the last page's next,
  /// or empty.
  virtual Answer list(const JobChoice& choice, const std::string& after, int limit) = 0;

  /// The ids that begin or end with `part`, at most 10: {"jobs":[{"id"}]}
  virtual Answer match(const std::string& part) = 0;

  /// A job with all that is known of it.
  virtual Answer show(const std::string& id) = 0;

  virtual Answer stats() = 0;
};

/// Asks the daemon where there is one; else takes the queue's lock and reads the database, and says so on
/// stderr. Null: there is neither. That was told; `exit_code` is what to return.
std::unique_ptr<QueueView> open_view(Control& control, int& exit_code);

/// The queue of the configuration (which outlives it) without its daemon, held by the lock until destroyed.
boost::system::result<std::unique_ptr<QueueView>, Trouble> open_queue_itself(const Config& config);

}  // namespace reeld::cli
