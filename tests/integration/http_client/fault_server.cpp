#include "tests/integration/http_client/fault_server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

namespace reeld::http_test {
namespace {

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

std::size_t body_length(const std::string& head) {
  constexpr std::string_view kName = "Content-Length: ";
  const std::size_t at = head.find(kName);
  std::size_t length = 0;
  if (at != std::string::npos) {
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
  }
  return length;
}

void report(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    ADD_FAILURE() << "the server's script threw: " << error.what();
  }
}

asio::ssl::context make_context(const FaultServer::Options& options) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  const auto& identity = options.identity ? options.identity : options.later_identity;
  if (!identity) return context;
  if (options.max_tls_version != 0) {
    SSL_CTX_set_min_proto_version(context.native_handle(), 0);
    SSL_CTX_set_max_proto_version(context.native_handle(), options.max_tls_version);
    SSL_CTX_set_cipher_list(context.native_handle(), "DEFAULT:@SECLEVEL=0");
  }
  context.use_certificate_chain(asio::buffer(identity->certificate));
  context.use_private_key(asio::buffer(identity->key), asio::ssl::context::pem);
  return context;
}

}  // namespace

asio::awaitable<bool> Session::handshake() {
  tls_.emplace(socket_, context_);
  const auto [failed] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kAsTuple);
  if (failed) co_return false;
  const char* name = SSL_get_servername(tls_->native_handle(), TLSEXT_NAMETYPE_host_name);
  seen_.names.emplace_back(name == nullptr ? "" : name);
  co_return true;
}

asio::awaitable<std::size_t> Session::read_some(asio::mutable_buffer into) {
  std::size_t got = 0;
  if (tls_) {
    std::tie(seen_.last_read, got) = co_await tls_->async_read_some(into, kAsTuple);
  } else {
    std::tie(seen_.last_read, got) = co_await socket_.async_read_some(into, kAsTuple);
  }
  co_return got;
}

asio::awaitable<std::string> Session::read_request() {
  std::string piece(16U << 10, '\0');
  while (true) {
    const std::size_t head_end = buffered_.find("\r\n\r\n");
    if (head_end != std::string::npos) {
      const std::size_t length = head_end + 4 + body_length(buffered_.substr(0, head_end + 2));
      if (buffered_.size() >= length) {
        std::string request = buffered_.substr(0, length);
        buffered_.erase(0, length);
        seen_.requests.push_back(request);
        co_return request;
      }
    }
    const std::size_t got = co_await read_some(asio::buffer(piece));
    if (got == 0) co_return std::string();
    buffered_.append(piece, 0, got);
  }
}

asio::awaitable<void> Session::read_to_end() {
  std::string piece(16U << 10, '\0');
  while (co_await read_some(asio::buffer(piece)) > 0) {
  }
}

asio::awaitable<bool> Session::write(std::string bytes) {
  boost::system::error_code failed;
  std::size_t sent = 0;
  if (tls_) {
    std::tie(failed, sent) = co_await asio::async_write(*tls_, asio::buffer(bytes), kAsTuple);
  } else {
    std::tie(failed, sent) = co_await asio::async_write(socket_, asio::buffer(bytes), kAsTuple);
  }
  co_return !failed;
}

asio::awaitable<void> Session::answer(int status, std::string body, std::string headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + headers;
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  co_await write(std::move(text));
}

asio::awaitable<void> Session::serve() {
  while (true) {
    const std::string request = co_await read_request();
    if (request.empty()) co_return;
    const std::size_t from = request.find(' ') + 1;
    std::string target = request.substr(from, request.find(' ', from) - from);
    co_await answer(200, std::move(target));
  }
}

asio::awaitable<void> Session::close_in_order() {
  if (tls_) {
    // The client need not answer; the goodbye is out once the first wait is over.
    co_await tls_->async_shutdown(kAsTuple);
  }
  cut();
}

void Session::cut() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

FaultServer::FaultServer(asio::any_io_executor executor, Options options, Script script)
    : options_(std::move(options)),
      script_(std::move(script)),
      context_(make_context(options_)),
      acceptor_(executor, {asio::ip::address_v4::loopback(), 0}),
      sessions_(executor, report) {
  sessions_.spawn(accept());
}

void FaultServer::stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  sessions_.cancel(asio::cancellation_type::terminal);
}

asio::awaitable<void> FaultServer::accept() {
  while (acceptor_.is_open()) {
    auto [failed, socket] = co_await acceptor_.async_accept(kAsTuple);
    if (failed) co_return;
    // Else an answer behind two small records of the handshake waits 40 ms for the client's acknowledgement.
    socket.set_option(asio::ip::tcp::no_delay(true));
    ++seen_.connections;
    auto session = std::make_unique<Session>(std::move(socket), context_, seen_, seen_.connections);
    sessions_.spawn(run(std::move(session)));
  }
}

asio::awaitable<void> FaultServer::run(std::unique_ptr<Session> session) {
  if (options_.identity) {
    const bool secured = co_await session->handshake();
    if (!secured) co_return;
  }
  co_await script_(*session);
}

}  // namespace reeld::http_test
