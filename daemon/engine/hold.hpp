#pragma once

#include <algorithm>
#include <string>

#include "common/util/time.hpp"

namespace reeld::engine {

/// Why nothing may be submitted at all: the key, the balance, or a service that cannot be reached. No job's
/// fault.
///
/// While it stands the account is asked for a sign of life ever more rarely. Times are Clock::elapsed().
class Hold {
 public:
  /// Puts the hold on, or keeps it on for longer: the pause doubles each time until a submit was accepted.
  void put(std::string reason, Duration now);

  /// A probe was answered well: submits may go on.
  void lift() { reason_.clear(); }

  /// A submit went well: the next trouble begins with a short pause again.
  void confirm();

  bool stands() const { return !reason_.empty(); }
  /// Lifted, but no submit has gone well since.
  bool is_on_trial() const { return times_ > 0; }
  const std::string& reason() const { return reason_; }

  /// A person says that the trouble is over: the next probe comes at once.
  void probe_now(Duration now) { probe_at_ = std::min(probe_at_, now); }

  /// Until the next probe.
  Duration wait(Duration now) const;

 private:
  std::string reason_;
  Duration probe_at_{0};
  int times_ = 0;  ///< since a submit went well
};

}  // namespace reeld::engine
