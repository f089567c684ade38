#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/util/async/nursery.hpp"
#include "common/util/async/wakeup.hpp"
#include "common/util/backoff.hpp"
#include "common/util/clock.hpp"
#include "common/util/random.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/hooks/command.hpp"
#include "daemon/hooks/webhook.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/store/outbox.hpp"

namespace reeld::hooks {

/// Whom to tell of what, and how patiently.
struct HookOptions {
  std::vector<std::string> command;  ///< a program and its arguments; empty: none
  std::string url;                   ///< empty: none
  std::string secret;                ///< what messages to the url are signed with; empty: they are not
  std::vector<std::string> events;   ///< some of event_names(); empty: all
  Duration timeout = std::chrono::seconds(30);
  Duration keep_trying = std::chrono::hours(24);  ///< from the event on
  int at_once = 4;                                ///< messages on their way to one hook; positive
  BackoffPolicy backoff{std::chrono::seconds(1), std::chrono::minutes(15)};
};

/// Tells people's programs what happened.
///
/// What is to be told stands in the store until it was: each message arrives at least once, those of one job
/// in order. A hook that fails is tried again and delays nobody else, the queue least of all.
class Hooks {
 public:
  /// What is known of the job and the batch of an event: {"job": {...} or null, "batch": {...} or null}.
  using Describe = std::function<boost::asio::awaitable<Json>(const store::EventLine&)>;

  /// What it works with; all of it outlives the hooks.
  struct Parts {
    store::Outbox& store;
    http::Client& client;
    files::Pool& pool;
    Clock& clock;
    Random& random;
    Describe describe;
  };

  Hooks(boost::asio::any_io_executor executor, Parts parts, HookOptions options);

  /// Tells what there is to tell, now and when poked, until cancelled (terminal): programs that run then are
  /// ended, and their messages told at the next start.
  boost::asio::awaitable<void> run();

  /// Other hooks from now on, or none. What is being told goes on as it began.
  void set_options(HookOptions options);

  /// The history may have grown. On the executor's thread.
  void poke() { wakeup_.poke(); }

 private:
  boost::asio::awaitable<void> tell_for_ever();
  boost::asio::awaitable<Result<Duration>> start_due();
  void start(store::Delivery delivery);
  bool has_room(const std::string& hook) const;
  bool is_wanted(const store::Delivery& delivery) const;

  boost::asio::awaitable<void> deliver(store::Delivery delivery);
  boost::asio::awaitable<Result<void>> settle(const store::Delivery& delivery);
  boost::asio::awaitable<Outcome> attempt(const store::Delivery& delivery);
  boost::asio::awaitable<Outcome> tell(const store::Delivery& delivery);
  boost::asio::awaitable<Result<void>> record(const store::Delivery& delivery, const Outcome& outcome);

  Parts parts_;
  HookOptions options_;
  std::vector<std::string> names_;    ///< of the hooks there are
  std::shared_ptr<Command> command_;  ///< shared with the messages that it is telling
  std::shared_ptr<Webhook> webhook_;
  Wakeup wakeup_;
  Nursery deliveries_;
  std::map<std::int64_t, std::string> under_way_;  ///< deliveries, with their hooks
  bool unrecorded_ = false;                        ///< something was told, but could not be noted as told
};

}  // namespace reeld::hooks
