#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "daemon/api/parts.hpp"
#include "daemon/api/secrets.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::api {

/// The control API: answers the requests of the server it is given to.
///
/// Everything but wake() on the executor of its parts.
class Api {
 public:
  Api(Parts parts, ApiOptions options, SecretSource secret = random_secret);
  ~Api();

  /// Answers one request: the server's handler.
  boost::asio::awaitable<void> handle(http::server::Exchange& exchange);

  /// Follows the queue's history for the live events, until it is cancelled.
  boost::asio::awaitable<void> run();

  /// The queue changed: what Store::on_commit calls. Any thread may call; calls in a row cost one.
  void wake();

  /// Ends the live events, so that the server need not wait for those who follow them.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reeld::api
