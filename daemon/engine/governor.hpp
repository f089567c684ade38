#pragma once

#include <deque>
#include <optional>
#include <string>

#include "common/util/async/wakeup.hpp"
#include "common/util/backoff.hpp"
#include "common/util/random.hpp"
#include "common/util/sliding_window.hpp"
#include "common/util/time.hpp"

namespace reeld::engine {

/// What the operator allows; 0 means unlimited. docs/leonardo-api.md, "Limits", has the service's own
/// numbers.
struct Limits {
  int requests_per_minute = 2000;
  int submits_per_minute = 100;
  int max_generations = 10;
  int max_downloads = 4;
};

/// All limits in one place. Decides, and waits for nothing: callers sleep as long as it says.
///
/// Times are Clock::elapsed(). One thread.
class Governor {
 public:
  Governor(Limits limits, BackoffPolicy backoff, Random& random);

  /// Other limits from now on. What was sent in the last minute counts against them, and what is under way
  /// beyond them goes on. A window that refusals have narrowed stays so.
  void set_limits(Limits limits, BackoffPolicy backoff);

  /// How long until the next submit may be sent. Zero: now; the caller sends at once and tells note_submit().
  Duration submit_wait(Duration now) const;
  void note_submit(Duration now);
  /// The submit that was told of at `noted` was called off before its first byte.
  void take_back_submit(Duration noted);

  /// The same for every other request.
  Duration request_wait(Duration now) const;
  void note_request(Duration now);

  /// How many more jobs may be rendering or about to, of which each can be sent at once.
  int room(Duration now) const;
  void generation_begins() { ++generations_; }
  void generation_ends() { --generations_; }

  /// The service took a submit: the window grows back towards the limit, by one for each window full of
  /// successes.
  void submit_accepted();

  /// The service refused a submit for now: the window loses one place as a run of refusals begins and one
  /// more for each window full of them, and submits pause for `retry_after`, or ever longer where the service
  /// does not say.
  void submit_refused(Duration now, std::optional<Duration> retry_after);

  /// The service refused another request for now: those pause, submits do not.
  void request_refused(Duration now, std::optional<Duration> retry_after);
  void request_answered() { request_refusals_ = 0; }

  /// Takes a download slot if one is free and nobody waits for longer; else remembers `waiter`, which is
  /// poked when its turn has come and must ask again. A waiter that gives up must say so.
  bool take_download(Wakeup& waiter);
  void leave_download_queue(Wakeup& waiter);
  void download_ends();

  /// Downloads that hold a slot or wait for one.
  int downloads() const { return downloads_ + static_cast<int>(download_queue_.size()); }

  int generations() const { return generations_; }
  double window() const { return window_; }

 private:
  Limits limits_;
  BackoffPolicy backoff_;
  Random& random_;
  SlidingWindow submits_;
  SlidingWindow requests_;
  double window_;
  int generations_ = 0;
  int downloads_ = 0;
  std::deque<Wakeup*> download_queue_;
  int submit_refusals_ = 0;   ///< in a row
  int request_refusals_ = 0;  ///< in a row
  Duration submits_paused_until_{0};
  Duration requests_paused_until_{0};
};

}  // namespace reeld::engine
