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

  void succeeded();
  void failed(std::string why, Duration now);
  /// A call that was let through ended and told nothing about the server: it was cancelled, or failed on this
  /// side.
  void given_up() { is_on_trial_ = false; }

  State state(Duration now) const;
  /// Until it is worth to ask try_begin() again; zero when closed.
  Duration wait(Duration now) const;
  /// What the last failure said; "" while closed.
  const std::string& reason() const { return reason_; }

 private:
  int failures_ = 0;  ///< in a row
  int openings_ = 0;  ///< since a call succeeded
  bool is_on_trial_ = false;
  Duration opens_until_{0};
  std::string reason_;
};

}  // namespace reeld::engine
