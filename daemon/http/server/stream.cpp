#include "daemon/http/server/stream.hpp"

#include <sys/socket.h>

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>

namespace reeld::http::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

struct Outcome {
  error_code failed;
  std::size_t count = 0;
};

/// Runs `operation` for at most `limit`. Both have ended when it returns, so that nothing refers to the
/// frame.
template <class Operation>
asio::awaitable<Outcome> limited(asio::steady_timer& timer, Operation operation, Duration limit) {
  timer.expires_after(limit);
  auto group =
      asio::experimental::make_parallel_group(std::move(operation), timer.async_wait(asio::deferred));
  const auto ended = co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  Outcome outcome;
  outcome.failed = std::get<1>(ended);
  if constexpr (std::tuple_size_v<decltype(ended)> == 4) outcome.count = std::get<2>(ended);
  const bool timer_was_first = std::get<0>(ended)[0] == 1;
  if (outcome.failed && timer_was_first) outcome.failed = asio::error::timed_out;
  co_return outcome;
}

Error transfer_error(std::string_view operation, const error_code& failed) {
  if (failed == asio::error::timed_out) return Error{Errc::kTimedOut, operation, "the peer is too slow"};
  return Error{Errc::kPeerBroken, operation, failed.message()};
}

}  // namespace

struct Stream::Layers {
  Layers(Socket connected, asio::ssl::context* context)
      : socket(std::move(connected)), timer(socket.get_executor()) {
    if (context != nullptr) tls.emplace(socket, *context);
  }

  Socket socket;
  asio::steady_timer timer;
  std::optional<asio::ssl::stream<Socket&>> tls;
};

Stream::Stream(Socket socket, asio::ssl::context* tls)
    : layers_(std::make_unique<Layers>(std::move(socket), tls)) {}

Stream::~Stream() = default;

asio::awaitable<Result<void>> Stream::handshake(Duration limit) {
  if (!layers_->tls) co_return Result<void>();
  auto operation = layers_->tls->async_handshake(asio::ssl::stream_base::server, asio::deferred);
  const Outcome outcome = co_await limited(layers_->timer, std::move(operation), limit);
  if (outcome.failed) co_return transfer_error("http.tls", outcome.failed);
  co_return Result<void>();
}

asio::awaitable<Result<std::size_t>> Stream::read_some(asio::mutable_buffer into, Duration limit) {
  Outcome outcome;
  if (layers_->tls) {
    auto operation = layers_->tls->async_read_some(into, asio::deferred);
    outcome = co_await limited(layers_->timer, std::move(operation), limit);
  } else {
    auto operation = layers_->socket.async_read_some(into, asio::deferred);
    outcome = co_await limited(layers_->timer, std::move(operation), limit);
  }
  if (outcome.count > 0 || outcome.failed == asio::error::eof) co_return outcome.count;
  co_return transfer_error("http.receive", outcome.failed);
}

asio::awaitable<Result<void>> Stream::write(Buffers buffers, Duration limit) {
  Outcome outcome;
  if (layers_->tls) {
    auto operation = asio::async_write(*layers_->tls, buffers, asio::deferred);
    outcome = co_await limited(layers_->timer, std::move(operation), limit);
  } else {
    auto operation = asio::async_write(layers_->socket, buffers, asio::deferred);
    outcome = co_await limited(layers_->timer, std::move(operation), limit);
  }
  if (outcome.failed) co_return transfer_error("http.send", outcome.failed);
  co_return Result<void>();
}

asio::awaitable<void> Stream::end(Duration limit) {
  if (!is_open()) co_return;
  const SteadyTime deadline = std::chrono::steady_clock::now() + limit;
  if (layers_->tls) {
    auto goodbye = layers_->tls->async_shutdown(asio::deferred);
    co_await limited(layers_->timer, goodbye, limit);
  }
  error_code failed;
  layers_->socket.shutdown(Socket::shutdown_send, failed);
  if (!failed) co_await drain(deadline);
  close();
}

asio::awaitable<void> Stream::drain(SteadyTime deadline) {
  std::array<char, 4096> unwanted{};
  for (;;) {
    const auto left = std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
    if (left <= Duration(0) || !is_open()) co_return;
    auto operation = layers_->socket.async_read_some(asio::buffer(unwanted), asio::deferred);
    const Outcome outcome = co_await limited(layers_->timer, std::move(operation), left);
    if (outcome.failed) co_return;
  }
}

void Stream::close() {
  error_code ignored;  // there is no way to fail that leaves it open
  layers_->socket.close(ignored);
}

void Stream::reset() {
  // Not through the library: it takes its own linger option back when the socket is closed by a destructor.
  const linger option{1, 0};
  ::setsockopt(layers_->socket.native_handle(), SOL_SOCKET, SO_LINGER, &option, sizeof option);
  close();
}

bool Stream::is_open() const {
  return layers_->socket.is_open();
}

asio::any_io_executor Stream::executor() {
  return layers_->socket.get_executor();
}

}  // namespace reeld::http::server
