#include "tests/simulator/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <exception>

namespace reeld::sim {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

void report(const std::exception_ptr& error) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& what) {
    std::fprintf(stderr, "reeld-sim: %s\n", what.what());
  }
}

}  // namespace

Server::Server(asio::io_context& context, asio::ssl::context& tls, Cloud& cloud,
               const tcp::endpoint& endpoint, std::size_t max_connections)
    : context_(context),
      tls_(tls),
      cloud_(cloud),
      acceptor_(context, endpoint),
      timer_(context),
      port_(acceptor_.local_endpoint().port()),
      max_connections_(max_connections) {}

void Server::start() {
  asio::co_spawn(context_, accept_all(), report);
  asio::co_spawn(context_, sweep(), report);
}

void Server::stop() {
  stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  timer_.cancel();
  for (Session& session : sessions_) session.close();
}

asio::awaitable<void> Server::accept_all() {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(kNoThrow);
    if (!error) {
      serve(std::move(socket));
    } else if (!stopping_) {
      // Out of descriptors, most likely: trying again at once would only spin.
      asio::steady_timer pause(context_, Duration{50});
      co_await pause.async_wait(kNoThrow);
    }
  }
}

void Server::serve(tcp::socket socket) {
  if (sessions_.size() >= max_connections_) return;
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const std::uint64_t number = cloud_.with([](CloudState& state) {
    ++state.open_connections;
    return ++state.all_connections;
  });
  sessions_.emplace_front(std::move(socket), tls_, cloud_, number);
  const auto mine = sessions_.begin();
  asio::co_spawn(context_, mine->run(), [this, mine](const std::exception_ptr& error) {
    report(error);
    sessions_.erase(mine);
    cloud_.with([](CloudState& state) { --state.open_connections; });
  });
}

asio::awaitable<void> Server::sweep() {
  while (!stopping_) {
    timer_.expires_after(Duration{500});
    co_await timer_.async_wait(kNoThrow);
    const auto now = std::chrono::steady_clock::now();
    for (Session& session : sessions_) {
      if (session.expired(now)) session.close();
    }
  }
}

}  // namespace reeld::sim
