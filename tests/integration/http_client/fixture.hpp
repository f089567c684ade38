#pragma once

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/http/client/client.hpp"
#include "tests/integration/http_client/fault_server.hpp"
#include "tests/integration/http_client/pki.hpp"

namespace reeld::http_test {

using http::Client;
using http::ClientOptions;
using http::Header;
using http::Method;
using http::Request;
using http::Response;
using namespace std::chrono_literals;

/// Keeps what it is given.
class StringSink final : public ByteSink {
 public:
  asio::awaitable<Result<void>> write(std::string chunk) override {
    longest = std::max(longest, chunk.size());
    text += chunk;
    if (fails_with) co_return *fails_with;
    co_return Result<void>();
  }

  std::string text;
  std::size_t longest = 0;
  std::optional<Error> fails_with;
};

/// Client and servers on one thread and one io_context. The client trusts ca(), whose certificate for
/// "localhost",
/// "*.test.example" and 127.0.0.1 the servers have; every name leads to 127.0.0.1.
class ClientTest : public testing::Test {
 protected:
  static const TestCa& ca() {
    static const TestCa authority("trusted");
    return authority;
  }
  static const Identity& identity() {
    static const Identity good = ca().issue("DNS:localhost,DNS:*.test.example,IP:127.0.0.1");
    return good;
  }

  ClientOptions options() const {
    ClientOptions made;
    made.ca_file = ca().file();
    made.user_agent = "reeld-test";
    made.lookup = [](const std::string&) { return std::vector<std::string>{"127.0.0.1"}; };
    return made;
  }

  Client& make(ClientOptions with) {
    client_ = http::make_client(io_.get_executor(), std::move(with));
    return *client_;
  }
  Client& client() { return client_ ? *client_ : make(options()); }

  FaultServer& serve(FaultServer::Options with, FaultServer::Script script) {
    servers_.push_back(std::make_unique<FaultServer>(io_.get_executor(), std::move(with), std::move(script)));
    return *servers_.back();
  }
  FaultServer& serve(FaultServer::Script script) {
    FaultServer::Options with;
    with.identity = identity();
    return serve(std::move(with), std::move(script));
  }
  FaultServer& serve_echo() {
    return serve([](Session& session) { return session.serve(); });
  }
  FaultServer& serve_plain(FaultServer::Script script) {
    return serve(FaultServer::Options(), std::move(script));
  }

  /// Closes the server and its port.
  void stop(FaultServer& server) {
    asio::post(io_, [&server] { server.stop(); });
    drive([&server] { return server.is_stopped(); });
  }

  static std::string url(const FaultServer& server, const std::string& target = "/",
                         const std::string& host = "localhost") {
    return "https://" + host + ":" + server.port() + target;
  }
  static Request get(std::string from) { return {Method::kGet, std::move(from)}; }
  static Request post(std::string to, std::string body = "{}") {
    Request request(Method::kPost, std::move(to));
    request.body = std::move(body);
    return request;
  }

  /// Runs the io_context until `task` has ended; its exception is thrown here.
  template <class T>
  T run(asio::awaitable<T> task) {
    std::optional<T> result;
    std::exception_ptr thrown;
    asio::co_spawn(io_, std::move(task),
                   asio::bind_cancellation_slot(cancel_.slot(), [&](std::exception_ptr e, T value) {
                     thrown = e;
                     result.emplace(std::move(value));
                   }));
    drive([&] { return result.has_value(); });
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*result);
  }

  /// Runs the io_context until `done`.
  template <class Done>
  void drive(Done done) {
    const auto limit = std::chrono::steady_clock::now() + 60s;
    io_.restart();
    while (!done()) {
      if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("the test takes too long");
      io_.run_one_for(1s);
    }
  }

  Result<Response> send(Request request) { return run(client().send(std::move(request))); }
  Result<Response> fetch(Request request, ByteSink& sink) {
    return run(client().fetch(std::move(request), [&sink](const Response&) { return choose(&sink); }));
  }
  static asio::awaitable<Result<ByteSink*>> choose(ByteSink* sink) { co_return sink; }

  /// Cancels what run() runs, from within a server's script.
  void cancel_soon() {
    asio::post(io_, [this] { cancel_.emit(asio::cancellation_type::terminal); });
  }

  /// What every test ends with: nothing is left on the executor once client and servers are told to stop.
  void TearDown() override {
    if (client_) client_->shutdown();
    // From within the executor: an outside cancellation is only posted, and may find its coroutine gone.
    asio::post(io_, [this] {
      for (auto& server : servers_) server->stop();
    });
    io_.restart();
    io_.run_for(10s);
    EXPECT_TRUE(io_.stopped()) << "a handler was left behind";
    for (auto& server : servers_) EXPECT_TRUE(server->is_stopped());
  }

  asio::io_context io_;

 private:
  asio::cancellation_signal cancel_;
  std::vector<std::unique_ptr<FaultServer>> servers_;
  std::unique_ptr<Client> client_;
};

}  // namespace reeld::http_test
