#include "daemon/http/client/connector.hpp"

#include <algorithm>
#include <stdexcept>

#include "daemon/http/client/answer.hpp"
#include "daemon/http/client/tls.hpp"

namespace reeld::http {
namespace {

BlockingLookup lookup_of(const ClientOptions& options) {
  if (!options.lookup) return system_lookup;
  return [lookup = options.lookup](const std::string& host) -> Result<Addresses> {
    Addresses addresses;
    for (const std::string& text : lookup(host)) addresses.push_back(boost::asio::ip::make_address(text));
    return addresses;
  };
}

std::optional<Proxy> proxy_of(const ClientOptions& options) {
  if (options.proxy.empty()) return {};
  auto proxy = parse_proxy(options.proxy);
  if (!proxy) throw std::runtime_error("the proxy's address is unusable: " + proxy.error().detail);
  return std::move(*proxy);
}

/// Alternates the two families, keeping the resolver's order in each: where one of them leads nowhere, the
/// other comes second and not last.
Addresses alternate_families(const Addresses& addresses) {
  Addresses first;
  Addresses second;
  for (const auto& address : addresses) {
    (address.is_v4() == addresses.front().is_v4() ? first : second).push_back(address);
  }
  Addresses mixed;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

}  // namespace

Connector::Connector(boost::asio::any_io_executor executor, const ClientOptions& options)
    : executor_(executor),
      tls_(make_tls_context(options.ca_file)),
      resolver_(executor, lookup_of(options)),
      proxy_(proxy_of(options)),
      no_proxy_(options.no_proxy),
      user_agent_(options.user_agent),
      user_timeout_(options.user_timeout) {}

bool Connector::uses_proxy(const Url& url) const {
  return proxy_.has_value() && !bypasses_proxy(no_proxy_, url.host, url.port);
}

bool Connector::permits(const Url& url, const AddressPolicy& policy,
                        const boost::asio::ip::address& address) const {
  return uses_proxy(url) || policy.permits(url.host, address);
}

boost::asio::awaitable<Result<Addresses>> Connector::vetted_addresses(Url url, AddressPolicy policy,
                                                                      SteadyTime deadline) {
  const bool proxied = uses_proxy(url);
  auto addresses = co_await resolver_.resolve(proxied ? proxy_->host : url.host, deadline);
  if (!addresses || proxied) co_return addresses;
  std::erase_if(*addresses, [&](const auto& address) { return !policy.permits(url.host, address); });
  if (addresses->empty()) {
    co_return Error{Errc::kBadInput, "http.policy", url.host + " leads to a private address"};
  }
  co_return addresses;
}

boost::asio::awaitable<Result<void>> Connector::open_any(Connection& connection, Addresses addresses,
                                                         std::uint16_t port, SteadyTime deadline) {
  const Addresses ordered = alternate_families(addresses);
  Result<void> outcome = Error{Errc::kUnavailable, "http.connect", "no address"};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now >= deadline) break;
    // A share of what is left, so that an address that swallows packets does not take the others' time.
    const SteadyTime until = now + (deadline - now) / static_cast<std::int64_t>(ordered.size() - i);
    outcome = co_await connection.open(ordered[i], port, user_timeout_, until);
    if (outcome || outcome.error().code == Errc::kCancelled) break;
    outcome.error().detail = "cannot connect to " + ordered[i].to_string() + ": " + outcome.error().detail;
  }
  co_return outcome;
}

boost::asio::awaitable<Result<void>> Connector::open_tunnel(Connection& connection, Url url,
                                                            SteadyTime deadline) {
  const std::string request = tunnel_request(*proxy_, url, user_agent_);
  const Timing timing{Duration::max(), deadline};
  auto sent = co_await connection.write(request, timing);
  if (!sent) co_return sent.error();
  AnswerReader reader(connection, timing, AnswerReader::Body::kNone);
  if (auto read = co_await reader.read_head(); !read) co_return read.error();
  const int status = reader.head().status;
  if (status < 200 || status > 299) {
    co_return Error{Errc::kUnavailable, "http.proxy", "the proxy answered " + std::to_string(status)};
  }
  // The peer behind the tunnel waits for this side to speak first.
  if (reader.has_leftover()) co_return Error{Errc::kPeerBroken, "http.proxy", "the proxy sent too much"};
  co_return Result<void>();
}

boost::asio::awaitable<Result<std::unique_ptr<Connection>>> Connector::connect(Url url, AddressPolicy policy,
                                                                               SteadyTime deadline) {
  auto addresses = co_await vetted_addresses(url, std::move(policy), deadline);
  if (!addresses) co_return addresses.error();
  const bool proxied = uses_proxy(url);
  auto connection = std::make_unique<Connection>(executor_);
  const std::uint16_t port = proxied ? proxy_->port : url.port;
  auto opened = co_await open_any(*connection, std::move(*addresses), port, deadline);
  if (opened && proxied) opened = co_await open_tunnel(*connection, url, deadline);
  if (opened && url.tls) opened = co_await connection->start_tls(tls_, url.host, deadline);
  if (!opened) co_return opened.error();
  co_return connection;
}

}  // namespace reeld::http
