#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/util/byte_sink.hpp"
#include "common/util/clock.hpp"
#include "common/util/error.hpp"

namespace reeld::http {

enum class Method { kGet, kPost, kDelete };

struct Header {
  std::string name;
  std::string value;
};

/// Limits of time for one request.
struct Deadlines {
  Duration connect{10'000};  ///< name, TCP, proxy and TLS together
  Duration idle{30'000};     ///< no byte moved in either direction
  Duration total{120'000};   ///< everything, also the body; a download sets it to days
};

/// One request. The URL is absolute, https (or http where the client allows it), and names no user.
struct Request {
  Request(Method m, std::string absolute_url) : method(m), url(std::move(absolute_url)) {}

  Method method;
  std::string url;
  std::vector<Header> headers;  ///< Host, User-Agent and what frames a body are the client's own
  std::string body;
  Deadlines deadlines;
  std::size_t max_body = 8U << 20;  ///< bytes of an answer that is kept in memory

  /// 0: a redirect is an answer like any other. 301, 302 and 303 turn a POST into a GET; 307 and 308 repeat
  /// it at the new place, except a careful one, whose redirect is its answer. Another origin gets neither
  /// Authorization nor Cookie nor any header but those that say what is wanted (Accept, Content-Type, If-...,
  /// Range).
  int max_redirects = 0;

  /// Hosts that may be asked, at every hop: exact names or "*.suffix". Empty: any. When set, only https is
  /// followed and an address that is private is refused unless its host is listed by its exact name. Behind a
  /// proxy, which looks names up itself, that holds for addresses in URLs only.
  /// Refused at the first hop: kBadInput by the URL's text, kNotSent by the address behind a name; later:
  /// kPeerBroken.
  std::vector<std::string> allowed_hosts;

  /// Sends on a new connection, or on one used within the last 2 s that shows no sign of being closed; gives
  /// up with a reset, so that nothing unsent can arrive later. For requests that must not be repeated.
  bool careful = false;

  /// Called when the connection stands, before the first byte. An error (returned as it is, with code
  /// kNotSent when the hook's own code is not kCancelled or kLeaseLost) means that nothing is sent.
  std::function<boost::asio::awaitable<Result<void>>()> before_send;
};

struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;       ///< empty where the body went to a sink
  std::string final_url;  ///< where the answer came from, after redirects

  /// The first header of that name (any case), or "".
  std::string_view header(std::string_view name) const;
};

/// Says whether an answer's body is to be streamed to a sink: called with status and headers, before the
/// body. The sink may be null: then the body (up to max_body) is kept in the response.
using ChooseSink = std::function<boost::asio::awaitable<Result<ByteSink*>>(const Response& head)>;

struct ClientOptions {
  std::filesystem::path ca_file;      ///< trusted beside the system's roots; may be empty
  std::string proxy;                  ///< "http://[user:password@]host:port"; empty: none
  std::vector<std::string> no_proxy;  ///< exact hosts and ".suffix"es reached directly; "*": all
  std::string user_agent;
  std::size_t max_per_origin = 64;  ///< connections; further requests wait in order
  Duration keep_alive{4'000};       ///< an idle connection older than this is closed, not reused
  Duration user_timeout{60'000};    ///< TCP_USER_TIMEOUT: unacknowledged data for this long ends a connection
  bool allow_plain_http = false;    ///< http:// URLs, for tests

  /// Stands in for getaddrinfo, for tests: a name's addresses in text, none if there are none. Called on
  /// another thread, may block.
  std::function<std::vector<std::string>(const std::string& host)> lookup;
};

/// An HTTP/1.1 client over TLS with a pool of connections for each origin. All calls on one executor.
///
/// Errors: kNotSent (nothing of the request left: name, connect, TLS, proxy, hook), kMaybeSent (anything that
/// went wrong later, before the answer's header was complete), kPeerBroken (answer breaks HTTP, is cut short,
/// over a limit, a redirect that is refused), kTimedOut (only after the header: an answer that stalls),
/// kBadInput (URL or header), kCancelled; and, unchanged, what a sink or its choice returned. A status of 4xx
/// or 5xx is an answer, not an error. Details never hold header values or query strings.
///
/// A stale pooled connection is replaced once for GET and DELETE when nothing of an answer was read; a POST
/// is never sent twice to the same place. A POST that was answered by a redirect and then failed is
/// kMaybeSent.
///
/// Cancellation (terminal) ends a request at its next wait and resets its connection: kCancelled, but
/// kMaybeSent for a POST between its first byte and the answer's header.
class Client {
 public:
  virtual ~Client() = default;

  /// Sends and reads the whole answer into memory.
  virtual boost::asio::awaitable<Result<Response>> send(Request request) = 0;

  /// Sends and streams the answer's body to the sink chosen by its header; one chunk (64 KiB) in flight.
  /// A body that ends early, or a TLS stream cut short, is an error after the bytes were delivered.
  virtual boost::asio::awaitable<Result<Response>> fetch(Request request, ChooseSink choose) = 0;

  /// Closes idle connections and stops name resolution, without blocking; requests in flight must have ended,
  /// further ones end with kCancelled. No handler is left on the executor.
  virtual void shutdown() = 0;
};

/// The client that talks to the network. Throws std::runtime_error when `ca_file` cannot be loaded, or
/// `proxy` or `user_agent` cannot be used.
std::unique_ptr<Client> make_client(boost::asio::any_io_executor executor, ClientOptions options);

/// May `address` (an IP in text) be called private: loopback, link-local, RFC 1918, unique-local,
/// unspecified, CGNAT, multicast and reserved ones; IPv6 addresses that lead to such an IPv4 one; text that
/// is no address.
bool is_private_address(std::string_view address);

}  // namespace reeld::http
