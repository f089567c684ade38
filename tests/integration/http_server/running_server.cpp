#include "tests/integration/http_server/running_server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <future>
#include <stdexcept>

namespace reeld::server_test {

namespace asio = boost::asio;

RunningServer::RunningServer(ServerOptions options, Handler handler) {
  auto made = http::server::make_server(io_.get_executor(), std::move(options), std::move(handler));
  if (!made) throw std::runtime_error(made.error().detail);
  server_ = std::move(*made);
  asio::co_spawn(io_, server_->run(),
                 asio::bind_cancellation_slot(cancel_.slot(), [this](std::exception_ptr e) { thrown_ = e; }));
  thread_ = std::thread([this] { io_.run(); });
}

RunningServer::~RunningServer() {
  if (thread_.joinable()) stop(Duration(0));
  if (!thrown_) return;
  try {
    std::rethrow_exception(thrown_);
  } catch (const boost::system::system_error& error) {
    EXPECT_EQ(error.code(), asio::error::operation_aborted);
  }
}

void RunningServer::stop(Duration grace) {
  asio::post(io_, [this, grace] {
    asio::co_spawn(io_, server_->stop(grace), [](std::exception_ptr e) { EXPECT_FALSE(e); });
  });
  join();
}

void RunningServer::cancel() {
  asio::post(io_, [this] { cancel_.emit(asio::cancellation_type::terminal); });
  join();
}

void RunningServer::join() {
  thread_.join();
  EXPECT_EQ(server_->open_connections(), 0U);
}

std::uint16_t RunningServer::port() const {
  const std::string name = server_->addresses().at(0);
  return static_cast<std::uint16_t>(std::stoi(name.substr(name.rfind(':') + 1)));
}

std::size_t RunningServer::open_connections() {
  std::promise<std::size_t> count;
  asio::post(io_, [&] { count.set_value(server_->open_connections()); });
  return count.get_future().get();
}

ServerOptions loopback(ServerLimits limits) {
  ServerOptions options;
  options.limits = limits;
  options.listen.push_back(*http::server::parse_listen_address("127.0.0.1:0"));
  return options;
}

}  // namespace reeld::server_test
