#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "common/util/clock.hpp"
#include "daemon/hooks/message.hpp"
#include "daemon/hooks/outcome.hpp"
#include "daemon/http/client/client.hpp"

namespace reeld::hooks {

/// Tells a program behind a URL.
class Webhook {
 public:
  /// What it works with; both outlive the webhook.
  struct Parts {
    http::Client& client;
    Clock& clock;
  };

  /// With an empty `secret` messages are not signed. An answer may take up to `limit`.
  Webhook(Parts parts, std::string url, std::string secret, Duration limit);

  /// Posts the message once; redirects are not followed. Any 2xx says that it arrived, 410 that nobody wants
  /// it. Errors are the client's, kPeerRejected for every other status, and kCancelled.
  boost::asio::awaitable<Outcome> post(const Message& message);

 private:
  http::Request request(const Message& message) const;

  Parts parts_;
  std::string url_;
  std::string secret_;
  Duration limit_;
};

}  // namespace reeld::hooks
