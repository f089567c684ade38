#include "tests/simulator/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>

namespace reeld::sim {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::as_tuple;
using asio::use_awaitable;

constexpr auto kNoThrow = as_tuple(use_awaitable);
constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::uint32_t kHeaderLimit = 16 * 1024;
constexpr std::uint64_t kBodyLimit = 1024 * 1024;
constexpr std::uint64_t kUploadLimit = 64 * 1024 * 1024;
constexpr Duration kHandshakeTime{10'000};
constexpr Duration kIdleTime{75'000};

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    case http::verb::delete_:
      return Method::kDelete;
    default:
      return Method::kOther;
  }
}

// One pass over the headers: looking each of them up by name would walk the list five times.
Request describe(const http::request<http::string_body>& message) {
  Request request;
  request.method = method_of(message.method());
  const std::string_view target = view(message.target());
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (const auto& header : message) {
    const std::string_view value = view(header.value());
    if (header.name() == http::field::authorization) {
      request.has_authorization = true;
      request.authorization = value;
    } else if (header.name() == http::field::content_type) {
      request.content_type = value;
    } else if (header.name() == http::field::range) {
      request.range = value;
    } else if (header.name() == http::field::if_range) {
      request.if_range = value;
    }
  }
  request.body = message.body();
  return request;
}

// Beast takes other encodings for an empty body, which would let a second request hide in the first.
bool has_usable_encoding(const http::request<http::string_body>& message) {
  const auto encoding = message.find(http::field::transfer_encoding);
  if (encoding == message.end()) return true;
  return message.version() == 11 && boost::beast::iequals(encoding->value(), "chunked");
}

}  // namespace

Session::Session(asio::ip::tcp::socket socket, asio::ssl::context& tls, Cloud& cloud, std::uint64_t number)
    : stream_(std::move(socket), tls), timer_(stream_.get_executor()), cloud_(cloud), number_(number) {
  allow(kHandshakeTime);
}

asio::awaitable<void> Session::run() {
  const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kNoThrow);
  if (!error) {
    while (!closed_ && co_await serve_one()) {
    }
  }
  close();
}

asio::awaitable<bool> Session::serve_one() {
  Parser parser;
  parser.header_limit(kHeaderLimit);
  parser.body_limit(boost::none);
  allow(kIdleTime);
  if (!co_await read_header(parser)) co_return false;
  if (!has_usable_encoding(parser.get())) co_return false;
  bool too_large = false;
  const std::uint64_t limit = parser.get().target().starts_with("/upload/") ? kUploadLimit : kBodyLimit;
  if (!parser.is_done() && !co_await read_body(parser, limit, too_large)) co_return false;

  Request request = describe(parser.get());
  request.body_too_large = too_large;
  request.connection = number_;
  Exchange exchange = cloud_.begin(request);
  if (exchange.wait.count() > 0 && !co_await pause(exchange.wait)) co_return false;
  const Answer answer = cloud_.finish(request, exchange);
  const bool keep_alive = parser.keep_alive() && !too_large;
  co_return co_await send(answer, keep_alive);
}

asio::awaitable<bool> Session::read_more(std::size_t size) {
  auto space = buffer_.prepare(size);
  const auto [error, count] = co_await stream_.async_read_some(space, kNoThrow);
  buffer_.commit(count);
  co_return !error && !closed_;
}

asio::awaitable<bool> Session::read_header(Parser& parser) {
  for (;;) {
    boost::beast::error_code error;
    if (buffer_.size() > 0) buffer_.consume(parser.put(buffer_.data(), error));
    if (parser.is_header_done()) co_return true;
    if (error && error != http::error::need_more) {
      const bool large = error == http::error::header_limit;
      const Answer answer = json_answer("{}", large ? 431 : 400);
      co_await send(answer, false);
      co_return false;
    }
    if (!co_await read_more(kHeaderLimit)) co_return false;
  }
}

// A body that is too large is still read, up to a point, and thrown away: closing on a client that is sending
// would reset the connection, and the client might never see the refusal.
asio::awaitable<bool> Session::read_body(Parser& parser, std::uint64_t limit, bool& too_large) {
  const auto length = parser.content_length();
  const bool waits = boost::beast::iequals(parser.get()[http::field::expect], "100-continue");
  too_large = length && *length > limit;
  if (too_large && (waits || *length > kUploadLimit)) co_return true;
  if (waits && !co_await write_now("HTTP/1.1 100 Continue\r\n\r\n")) co_return false;
  parser.eager(true);
  std::uint64_t discarded = 0;
  while (!parser.is_done() && discarded < kUploadLimit) {
    allow(kIdleTime);
    if (buffer_.size() == 0 && !co_await read_more(kReadSize)) co_return false;
    boost::beast::error_code error;
    buffer_.consume(parser.put(buffer_.data(), error));
    if (error && error != http::error::need_more) co_return false;
    std::string& body = parser.get().body();
    too_large = too_large || body.size() > limit;
    if (too_large) discarded += body.size();
    if (too_large) body.clear();
    if (error == http::error::need_more && !co_await read_more(kReadSize)) co_return false;
  }
  co_return true;
}

void Session::break_off(bool reset) {
  boost::system::error_code ignored;
  if (reset) stream_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Session::close() {
  closed_ = true;
  boost::system::error_code ignored;
  stream_.next_layer().close(ignored);
  timer_.cancel();
}

}  // namespace reeld::sim
