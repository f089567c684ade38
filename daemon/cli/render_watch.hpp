#pragma once

#include <set>
#include <string>

#include "common/util/clock.hpp"
#include "daemon/cli/reminder.hpp"
#include "daemon/cli/watched.hpp"

namespace reeld::cli {

/// The jobs that a run of `reeld render` was given.
struct RenderJobs {
  std::set<std::string> batches;  ///< ids; all their jobs
  std::set<std::string> jobs;     ///< ids; and these, which earlier batches made

  bool contains(const Json& job) const;
};

/// What is waited for where nothing moves and nothing is wrong, by the counts of states: answers about
/// submits, times that jobs name. "": nothing.
std::string awaited_words(const Json& counts);

/// A run of `reeld render`: shows the whole queue, and is at rest when none of the given jobs goes on by
/// itself.
///
/// A submit of unknown outcome goes on: it is looked for, and then found or parked. A job that waits for
/// another one's outcome goes on as long as anything does. Where the service refuses the key nothing goes on;
/// where the balance is used up, only what is rendering. While anything else stops the queue, it waits.
class RenderWatch final : public Watched {
 public:
  /// `control` and `jobs` outlive it. With `reminds`, standard error hears of what takes long.
  RenderWatch(Control& control, const RenderJobs& jobs, bool reminds)
      : control_(control), jobs_(jobs), reminds_(reminds) {}

  bool concerns(const Json&) const override { return true; }
  std::optional<Trouble> refresh() override;
  const std::vector<Json>& in_flight() const override { return in_flight_; }
  bool at_rest() const override { return at_rest_; }
  std::string summary() const override;
  int exit_code() const override { return 0; }

  /// Why a person must see to the account before anything goes on; empty: not so.
  std::string account_trouble() const;
  bool key_is_refused() const;

 private:
  std::optional<Trouble> look_for_movement();
  void remind(Reminder& reminder, const std::string& words);
  /// "" while nothing does.
  std::string what_stops() const;

  Control& control_;
  const RenderJobs& jobs_;
  bool reminds_;
  SystemClock clock_;
  Reminder stop_reminder_;
  Reminder wait_reminder_{std::chrono::minutes(3)};
  std::vector<Json> in_flight_;
  Json stats_;
  bool at_rest_ = false;
};

}  // namespace reeld::cli
