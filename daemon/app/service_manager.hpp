#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

#include "common/util/clock.hpp"
#include "common/util/error.hpp"

namespace reeld::app {

/// What systemd hears of the daemon (sd_notify(3)): that it is ready, how things stand, that it lives. Where
/// no service manager listens nothing is said.
class ServiceManager {
 public:
  /// What it asks the daemon, on the network thread.
  struct Questions {
    std::function<bool()> recovered;  ///< what was in flight before the start is taken up
    /// Comes back from the store's thread, with whatever answer: that thread lives.
    std::function<boost::asio::awaitable<void>()> touch_store;
    std::function<boost::asio::awaitable<std::string>()> status;  ///< how things stand, in a line
  };

  /// `clock` outlives it.
  ServiceManager(Clock& clock, Questions questions);

  /// Says that the daemon is ready once it has recovered, then, until it is cancelled, how things stand.
  boost::asio::awaitable<void> run();

  /// Tells the watchdog, where there is one, twice in its time that the network thread and the store's both
  /// turn. Apart from run(): a status that takes long to find out is no sign of death.
  boost::asio::awaitable<void> feed_watchdog();

  /// What a start does that takes long, before there is anything to run.
  static void starting(const std::string& words);

  /// The configuration is read again, until reloaded().
  void reloading();
  void reloaded();

  /// The daemon stops, which takes `at_most`: longer than that is not waited for.
  void stopping(Duration at_most);

 private:
  Clock& clock_;
  Questions questions_;
  bool ready_ = false;
};

}  // namespace reeld::app
