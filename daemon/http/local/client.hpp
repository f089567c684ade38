#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/util/error.hpp"
#include "common/util/time.hpp"

/// A small blocking client for the control API, for the program's own verbs.
namespace reeld::http::local {

/// Where the daemon is.
struct Target {
  std::filesystem::path socket;   ///< the control socket; empty: `url` counts
  std::string url;                ///< "http://127.0.0.1:8420", "https://render.example.com/reeld"
  std::string token;              ///< sent as a bearer token where not empty
  std::filesystem::path ca_file;  ///< trusted beside the system's roots, for https
};

struct Header {
  std::string name;
  std::string value;
};

struct Request {
  std::string method = "GET";
  std::string target;  ///< path and query, behind the base path of `Target::url`
  std::vector<Header> headers;
  std::string body;
  /// Where set, the body comes from here instead, piece by piece until an empty one, and is sent chunked.
  std::function<Result<std::string>()> next_piece;
  Duration timeout{60'000};  ///< without a byte in either direction
};

struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;

  /// The first header of that name (any case), or "".
  std::string_view header(std::string_view name) const;
};

/// The rest of an answer that has no end of its own, such as a stream of events.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual const Response& head() const = 0;  ///< its body is empty
  /// The next bytes; "" when none came within `limit`. kUnavailable: the stream ended.
  virtual Result<std::string> read_some(Duration limit) = 0;
};

/// Errors of all calls: kNotFound (there is no socket at that path), kUnavailable (nobody listens there, or
/// the connection broke), kPeerRejected (this user may not use the socket), kTimedOut, kPeerBroken (the
/// answer breaks HTTP or ends early), kBadInput (the URL). A status of 4xx or 5xx is an answer.
class Client {
 public:
  virtual ~Client() = default;

  /// Sends, and reads the whole answer; the connection is kept for the next call. GET, HEAD, PUT, DELETE and
  /// what carries an Idempotency-Key use a kept one, and a new one if it turns out dead before any byte of an
  /// answer. Everything else gets a new one: nobody would know whether it was heard.
  virtual Result<Response> send(const Request& request) = 0;

  /// Sends, and hands the answer's body to `take` piece by piece. The response's body is empty.
  virtual Result<Response> fetch(const Request& request,
                                 const std::function<Result<void>(std::string_view)>& take) = 0;

  /// Sends on a connection of its own, and returns once the answer's head is there.
  virtual Result<std::unique_ptr<Stream>> open(const Request& request) = 0;
};

/// kBadInput: a URL that is neither http nor https, or a ca_file that cannot be read.
Result<std::unique_ptr<Client>> make_client(Target target);

}  // namespace reeld::http::local
