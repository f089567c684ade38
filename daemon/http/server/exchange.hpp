#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/util/error.hpp"

namespace reeld::http::server {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

/// "GET"; "OTHER" for a method that no route has.
std::string_view to_string(Method method);

struct Header {
  std::string name;
  std::string value;
};

/// A member of the query, percent-decoded; "+" is a space.
struct QueryItem {
  std::string name;
  std::string value;
};

/// Who asks, as far as the connection shows.
struct Peer {
  bool is_unix = false;      ///< over the control socket, whose file mode is the permission
  std::optional<uid_t> uid;  ///< of the process at the other end of the control socket
  std::string address;       ///< of the other end of a TCP connection, in text
  bool is_tls = false;
};

/// A request without its body. The target was checked: it is in origin form, its encoding is valid, and no
/// segment is "." or "..".
struct RequestHead {
  Method method = Method::kOther;
  std::string path;                   ///< as sent, without the query: "/v1/jobs/019ac1f0"
  std::vector<std::string> segments;  ///< decoded: {"v1", "jobs", "019ac1f0"}; a trailing "/" adds none
  std::vector<QueryItem> query;
  std::vector<Header> headers;
  Peer peer;
  bool has_body = false;
  std::optional<std::uint64_t> content_length;

  /// The first header of that name (any case), or "".
  std::string_view header(std::string_view name) const;
};

/// An answer's status and headers, and its body where that is short. Date, Content-Length, Transfer-Encoding
/// and Connection are the server's own.
struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
};

/// One request and its answer, in the hands of a handler. All on the server's executor.
///
/// A handler reads what it wants of the body (the rest is thrown away), then answers exactly once: send(), or
/// start(), write() as often as needed, and finish(). Every wait has a limit of time, so that a peer that
/// stalls is dropped. After an error the connection is lost and the handler just returns.
class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const RequestHead& head() const = 0;

  /// The next bytes of the body, at most 64 KiB; empty at its end. kBadInput: broken chunks; kTimedOut: the
  /// peer sends too slowly; kPeerBroken: it went away.
  virtual boost::asio::awaitable<Result<std::string>> read_some() = 0;

  /// The whole body. kNoSpace: it has more than `most` bytes, as far as announced or seen.
  boost::asio::awaitable<Result<std::string>> read_all(std::size_t most);

  /// Sends a whole answer. For HEAD the body is left out, its length is told.
  virtual boost::asio::awaitable<Result<void>> send(Response response) = 0;

  /// Begins an answer in pieces: of `length` bytes in all, or chunked where that is not known. The head
  /// leaves at once. `response.body` is ignored.
  virtual boost::asio::awaitable<Result<void>> start(Response response,
                                                     std::optional<std::uint64_t> length) = 0;

  /// Sends the next piece; shared, so that many connections can send the same bytes. kTimedOut: the peer does
  /// not take them. Nothing is sent for HEAD.
  virtual boost::asio::awaitable<Result<void>> write(std::shared_ptr<const std::string> piece) = 0;

  /// Ends an answer in pieces.
  virtual boost::asio::awaitable<Result<void>> finish() = 0;

  /// True once send() or start() was called.
  virtual bool is_answered() const = 0;

  virtual boost::asio::any_io_executor executor() = 0;
};

/// Answers a request. What it throws is logged and answered with 500; one that does not answer, too.
using Handler = std::function<boost::asio::awaitable<void>(Exchange&)>;

}  // namespace reeld::http::server
