#pragma once

#include <string>

#include "common/util/time.hpp"

namespace reeld::engine {

/// Spares a server that keeps failing: after 10 calls in a row have failed none begins for a while, then one
/// goes ahead on trial. Goes that well, all may; if not, the next while is twice as long, up to 10 minutes.
///
/// Decides, and waits for nothing. Times are Clock::elapsed(). One thread.
class Breaker {
 public:
  enum class State {
    kClosed,    ///< calls begin
    kOpen,      ///< none does
    kHalfOpen,  ///< one may, or is under way
  };

  /// True when a call may begin now. While half-open that is the trial: the caller must say how it ended.
  bool try_begin(Duration now);
  /// The number of the trial under way; 0: none. Right after try_begin() let a call through, that call's own.
  int trial() const { return trial_; }

  void succeeded();
  void failed(std::string why, Duration now);
  /// The call of this trial() ended and told nothing about the server, if it did not say otherwise: it was
  /// cancelled, or failed on this side. Nothing happens for other calls, and for a trial that is over.
  void given_up(int trial);

  State state(Duration now) const;
  /// Until it is worth to ask try_begin() again; zero when closed.
  Duration wait(Duration now) const;
  /// What the last failure said; "" while closed.
  const std::string& reason() const { return reason_; }

 private:
  int failures_ = 0;  ///< in a row
  int openings_ = 0;  ///< since a call succeeded
  int trials_ = 0;    ///< that ever began
  int trial_ = 0;     ///< the one under way; 0: none
  Duration opens_until_{0};
  std::string reason_;
};

}  // namespace reeld::engine
