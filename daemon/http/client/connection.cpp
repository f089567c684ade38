#include "daemon/http/client/connection.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <cerrno>
#include <cstring>
#include <optional>

#include "daemon/http/client/tls.hpp"

namespace reeld::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
constexpr auto kAsTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

Error transfer_error(std::string_view operation, const error_code& failed, SSL* tls) {
  if (failed == boost::beast::error::timeout) return Error{Errc::kTimedOut, operation, "no answer in time"};
  if (failed == boost::asio::error::operation_aborted) return Error{Errc::kCancelled, operation, "cancelled"};
  return Error{Errc::kPeerBroken, operation, tls_failure(failed, tls)};
}

bool has_passed(SteadyTime deadline) {
  return deadline <= std::chrono::steady_clock::now();
}

/// Opens a socket that no child process inherits, which the library's own way of opening one does not
/// promise.
error_code open_socket(tcp::socket& socket, const tcp& protocol, Duration user_timeout) {
  const int handle = ::socket(protocol.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return {errno, boost::system::system_category()};
  error_code failed;
  socket.assign(protocol, handle, failed);
  if (failed) {
    ::close(handle);
    return failed;
  }
  error_code ignored;  // a connection without these options is slower, not wrong
  socket.set_option(tcp::no_delay(true), ignored);
  const auto limit = static_cast<unsigned>(std::max<Duration::rep>(user_timeout.count(), 0));
  ::setsockopt(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
  return {};
}

}  // namespace

struct Connection::Streams {
  explicit Streams(boost::asio::any_io_executor executor) : tcp(std::move(executor)) {}

  SSL* ssl() { return tls ? tls->native_handle() : nullptr; }

  boost::beast::tcp_stream tcp;
  std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls;
};

Connection::Connection(boost::asio::any_io_executor executor)
    : streams_(std::make_unique<Streams>(std::move(executor))) {}

Connection::~Connection() {
  streams_->tcp.close();
}

boost::asio::awaitable<Result<void>> Connection::open(boost::asio::ip::address address, std::uint16_t port,
                                                      Duration user_timeout, SteadyTime deadline) {
  address_ = address;
  const tcp::endpoint endpoint(address, port);
  streams_->tcp.close();
  error_code failed = open_socket(streams_->tcp.socket(), endpoint.protocol(), user_timeout);
  if (failed) co_return transfer_error("http.connect", failed, nullptr);
  streams_->tcp.expires_at(deadline);
  std::tie(failed) = co_await streams_->tcp.async_connect(endpoint, kAsTuple);
  if (failed) co_return transfer_error("http.connect", failed, nullptr);
  co_return Result<void>();
}

boost::asio::awaitable<Result<void>> Connection::start_tls(boost::asio::ssl::context& context,
                                                           std::string host, SteadyTime deadline) {
  streams_->tls.emplace(streams_->tcp, context);
  if (auto expected = expect_host(streams_->ssl(), host); !expected) co_return expected.error();
  if (has_passed(deadline)) co_return transfer_error("http.tls", boost::beast::error::timeout, nullptr);
  streams_->tcp.expires_at(deadline);
  auto [failed] = co_await streams_->tls->async_handshake(boost::asio::ssl::stream_base::client, kAsTuple);
  if (failed) co_return transfer_error("http.tls", failed, streams_->ssl());
  co_return Result<void>();
}

boost::asio::awaitable<Result<void>> Connection::write(std::string_view data, Timing timing) {
  while (!data.empty()) {
    if (has_passed(timing.end)) co_return transfer_error("http.send", boost::beast::error::timeout, nullptr);
    streams_->tcp.expires_at(timing.next());
    error_code failed;
    std::size_t sent = 0;
    const auto piece = boost::asio::buffer(data.data(), data.size());
    if (streams_->tls) {
      std::tie(failed, sent) = co_await streams_->tls->async_write_some(piece, kAsTuple);
    } else {
      std::tie(failed, sent) = co_await streams_->tcp.async_write_some(piece, kAsTuple);
    }
    if (failed) co_return transfer_error("http.send", failed, nullptr);
    data.remove_prefix(sent);
  }
  co_return Result<void>();
}

boost::asio::awaitable<Result<std::size_t>> Connection::read_some(boost::asio::mutable_buffer into,
                                                                  Timing timing) {
  // Data that never stops coming would otherwise never meet the timer.
  if (has_passed(timing.end)) co_return transfer_error("http.receive", boost::beast::error::timeout, nullptr);
  streams_->tcp.expires_at(timing.next());
  error_code failed;
  std::size_t got = 0;
  if (streams_->tls) {
    std::tie(failed, got) = co_await streams_->tls->async_read_some(into, kAsTuple);
  } else {
    std::tie(failed, got) = co_await streams_->tcp.async_read_some(into, kAsTuple);
  }
  if (got > 0) co_return got;
  if (failed == boost::asio::error::eof) co_return std::size_t{0};
  if (failed) co_return transfer_error("http.receive", failed, nullptr);
  co_return Error{Errc::kPeerBroken, "http.receive", "an empty read"};
}

bool Connection::is_closed() const {
  pollfd state{streams_->tcp.socket().native_handle(), POLLRDHUP, 0};
  return !streams_->tcp.socket().is_open() || ::poll(&state, 1, 0) != 0;
}

bool Connection::is_quiet() const {
  pollfd state{streams_->tcp.socket().native_handle(), POLLIN, 0};
  if (is_closed() || ::poll(&state, 1, 0) != 0) return false;
  SSL* const ssl = streams_->ssl();
  // What OpenSSL took from the socket together with the last answer may be the peer's goodbye.
  return ssl == nullptr || (SSL_get_shutdown(ssl) == 0 && BIO_ctrl_pending(SSL_get_rbio(ssl)) == 0);
}

void Connection::reset_on_close(bool reset) {
  // Not through the library: it takes its own linger option back when the socket is closed by a destructor.
  const linger option{reset ? 1 : 0, 0};
  ::setsockopt(streams_->tcp.socket().native_handle(), SOL_SOCKET, SO_LINGER, &option, sizeof option);
}

}  // namespace reeld::http
