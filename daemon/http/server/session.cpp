#include "daemon/http/server/session.hpp"

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <stdexcept>

#include "common/util/log.hpp"
#include "daemon/http/server/response_head.hpp"

namespace reeld::http::server {
namespace {

namespace asio = boost::asio;

/// For a peer to read its last answer.
constexpr Duration kEndTime{1'000};

std::string words_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

}  // namespace

Session::Session(Stream::Socket socket, Peer peer, asio::ssl::context* tls, const Service& service)
    : peer_(std::move(peer)),
      service_(service),
      stream_(std::move(socket), tls),
      reader_(stream_, service.limits) {}

asio::awaitable<void> Session::run() {
  const auto ready = co_await stream_.handshake(service_.limits.header_time);
  if (!ready) co_return;
  while (!service_.is_stopping && co_await serve_one()) {
  }
  is_answering_ = false;
  co_await stream_.end(kEndTime);
}

void Session::wind_down() {
  if (!is_answering_) stream_.close();
}

asio::awaitable<bool> Session::serve_one() {
  is_answering_ = false;
  auto request = co_await reader_.read_head();
  is_answering_ = true;
  if (!request) {
    co_await refuse(request.error());
    co_return false;
  }
  request->head.peer = peer_;
  Turn turn(std::move(*request), reader_, stream_, service_);
  co_await handle(turn);
  co_return co_await turn.conclude();
}

asio::awaitable<void> Session::handle(Turn& turn) {
  std::exception_ptr thrown;
  try {
    auto task = service_.handler(turn);
    co_await std::move(task);
  } catch (...) {
    thrown = std::current_exception();
  }
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    if (thrown) std::rethrow_exception(thrown);
    co_return;
  }
  if (!thrown && !turn.lacks_answer()) co_return;
  log_event(spdlog::level::err, thrown ? "a request's handler failed" : "a request's handler gave no answer",
            {{"method", to_string(turn.head().method)},
             {"path", turn.head().path},
             {"error", thrown ? words_of(thrown) : ""}});
}

asio::awaitable<void> Session::refuse(const Refusal& refusal) {
  if (refusal.status == 0 || !stream_.is_open()) co_return;
  const Response response = to_response(refusal);
  Framing framing;
  framing.body = Framing::Body::kLength;
  framing.length = response.body.size();
  framing.keep_alive = false;
  const Time now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const std::string head = format_head(response, framing, now);
  const Stream::Buffers buffers{asio::buffer(head), asio::buffer(response.body)};
  // A refusal that cannot be sent either has nobody left to be told.
  co_await stream_.write(buffers, service_.limits.write_time);
}

}  // namespace reeld::http::server
