#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/util/async/nursery.hpp"
#include "tests/integration/http_client/pki.hpp"

namespace reeld::http_test {

namespace asio = boost::asio;

/// What a server saw; read by tests.
struct Seen {
  int connections = 0;
  std::vector<std::string> requests;  ///< head and body of each, complete ones only
  std::vector<std::string> names;     ///< SNI of each handshake, "" for none
  boost::system::error_code last_read;
};

/// One connection at the server's side.
class Session {
 public:
  Session(asio::ip::tcp::socket socket, asio::ssl::context& context, Seen& seen, int number)
      : socket_(std::move(socket)), context_(context), seen_(seen), number_(number) {}

  /// Counts connections from 1.
  int number() const { return number_; }

  asio::awaitable<bool> handshake();

  /// The next request, head and body; "" when the client has gone.
  asio::awaitable<std::string> read_request();

  /// Reads until the client goes; how it went stands in Seen::last_read.
  asio::awaitable<void> read_to_end();

  /// Sends bytes as they are. False when the client has gone.
  asio::awaitable<bool> write(std::string bytes);

  /// Sends a whole answer; `headers` are lines with their ends.
  asio::awaitable<void> answer(int status, std::string body = "", std::string headers = "");

  /// Answers every request with 200 and its own target.
  asio::awaitable<void> serve();

  /// Ends the TLS stream in order, then the connection.
  asio::awaitable<void> close_in_order();

  /// Ends the connection without a word of TLS.
  void cut();

 private:
  asio::awaitable<std::size_t> read_some(asio::mutable_buffer into);

  asio::ip::tcp::socket socket_;
  asio::ssl::context& context_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
  Seen& seen_;
  int number_;
  std::string buffered_;
};

/// A server on a loopback port whose every connection is run by a script, after the TLS handshake if there is
/// one.
class FaultServer {
 public:
  using Script = std::function<asio::awaitable<void>(Session&)>;

  struct Options {
    std::optional<Identity> identity;        ///< none: plain TCP
    std::optional<Identity> later_identity;  ///< for Session::handshake() within the script of a plain server
    int max_tls_version = 0;
  };

  FaultServer(asio::any_io_executor executor, Options options, Script script);

  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }
  const Seen& seen() const { return seen_; }

  /// Closes everything; the executor must run once more afterwards.
  void stop();
  bool is_stopped() const { return sessions_.size() == 0; }

 private:
  asio::awaitable<void> accept();
  asio::awaitable<void> run(std::unique_ptr<Session> session);

  Options options_;
  Script script_;
  Seen seen_;
  asio::ssl::context context_;
  asio::ip::tcp::acceptor acceptor_;
  Nursery sessions_;
};

}  // namespace reeld::http_test
