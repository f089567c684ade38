#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <thread>

#include "daemon/http/server/server.hpp"

namespace reeld::server_test {

using http::server::Exchange;
using http::server::Handler;
using http::server::Server;
using http::server::ServerLimits;
using http::server::ServerOptions;

/// A server on a thread of its own, so that tests can use it with blocking clients.
class RunningServer {
 public:
  /// Throws what make_server refuses.
  RunningServer(ServerOptions options, Handler handler);
  /// Stops at once what still runs; what the server threw is a failure of the test.
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  /// Returns when the server has stopped.
  void stop(Duration grace);

  /// Cancels the server's run, and returns when it has ended.
  void cancel();

  std::uint16_t port() const;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
  std::size_t open_connections();

 private:
  void join();

  boost::asio::io_context io_{1};
  std::unique_ptr<Server> server_;
  boost::asio::cancellation_signal cancel_;
  std::exception_ptr thrown_;
  std::thread thread_;
};

/// Options for 127.0.0.1 and any free port.
ServerOptions loopback(ServerLimits limits = {});

}  // namespace reeld::server_test
