#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/http/client/address_policy.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/http/client/connection.hpp"
#include "daemon/http/client/proxy.hpp"
#include "daemon/http/client/resolver.hpp"
#include "daemon/http/client/url.hpp"

namespace reeld::http {

/// Makes connections over which a request can be sent: name, TCP, the proxy's tunnel, TLS.
class Connector {
 public:
  /// Throws std::runtime_error when `ca_file` cannot be loaded or `proxy` cannot be read.
  Connector(boost::asio::any_io_executor executor, const ClientOptions& options);

  /// Errors: kTimedOut, kCancelled, kUnavailable, kPeerBroken; kBadInput when the policy permits none of the
  /// host's addresses. The policy sees the addresses themselves, and the connection goes to one that it has
  /// seen. Behind a proxy it is the proxy that looks names up, so the policy sees only addresses that stand
  /// in the URL.
  boost::asio::awaitable<Result<std::unique_ptr<Connection>>> connect(Url url, AddressPolicy policy,
                                                                      SteadyTime deadline);

  /// Is a connection that goes to `address` fit for this URL under this policy?
  bool permits(const Url& url, const AddressPolicy& policy, const boost::asio::ip::address& address) const;

  void shutdown() { resolver_.shutdown(); }

 private:
  bool uses_proxy(const Url& url) const;
  boost::asio::awaitable<Result<Addresses>> vetted_addresses(Url url, AddressPolicy policy,
                                                             SteadyTime deadline);
  boost::asio::awaitable<Result<void>> open_any(Connection& connection, Addresses addresses,
                                                std::uint16_t port, SteadyTime deadline);
  boost::asio::awaitable<Result<void>> open_tunnel(Connection& connection, Url url, SteadyTime deadline);

  boost::asio::any_io_executor executor_;
  boost::asio::ssl::context tls_;
  Resolver resolver_;
  std::optional<Proxy> proxy_;
  std::vector<std::string> no_proxy_;
  std::string user_agent_;
  Duration user_timeout_;
};

}  // namespace reeld::http
