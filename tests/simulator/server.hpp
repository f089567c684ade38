#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>

#include "tests/simulator/cloud.hpp"
#include "tests/simulator/session.hpp"

namespace reeld::sim {

/// Listens, keeps the sessions, and closes those that waited too long. Lives on the io_context's one thread.
class Server {
 public:
  /// Binds at once, so that the port is known; throws where the address cannot be used.
  Server(boost::asio::io_context& context, boost::asio::ssl::context& tls, Cloud& cloud,
         const boost::asio::ip::tcp::endpoint& endpoint, std::size_t max_connections);

  std::uint16_t port() const { return port_; }
  void start();
  /// Closes everything; the io_context runs dry soon after.
  void stop();

 private:
  boost::asio::awaitable<void> accept_all();
  boost::asio::awaitable<void> sweep();
  void serve(boost::asio::ip::tcp::socket socket);

  boost::asio::io_context& context_;
  boost::asio::ssl::context& tls_;
  Cloud& cloud_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  std::uint16_t port_ = 0;
  std::size_t max_connections_;
  std::list<Session> sessions_;
  bool stopping_ = false;
};

}  // namespace reeld::sim
