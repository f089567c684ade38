#include "daemon/http/server/request_reader.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <limits>

#include "daemon/http/server/framing.hpp"
#include "daemon/http/server/target.hpp"

namespace reeld::http::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Parser = beast::http::request_parser<beast::http::buffer_body>;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReadSize = 16U << 10;
constexpr std::size_t kPieceSize = 64U << 10;
/// The line of a chunk's size, or all trailers, may be this long.
constexpr std::size_t kMostChunkFraming = 8U << 10;

Method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::kGet;
    case beast::http::verb::head:
      return Method::kHead;
    case beast::http::verb::post:
      return Method::kPost;
    case beast::http::verb::put:
      return Method::kPut;
    case beast::http::verb::patch:
      return Method::kPatch;
    case beast::http::verb::delete_:
      return Method::kDelete;
    case beast::http::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

Refusal refusal_of(const boost::system::error_code& failed) {
  if (failed == beast::http::error::bad_version) return {505, "the server speaks HTTP/1.1 and HTTP/1.0"};
  return {400, "the head of the request breaks HTTP: " + failed.message()};
}

IncomingRequest take_headers(const Parser& parser) {
  IncomingRequest request;
  request.head.method = method_of(parser.get().method());
  for (const auto& field : parser.get()) {
    request.head.headers.push_back(Header{std::string(field.name_string()), std::string(field.value())});
  }
  request.head.has_body = !parser.is_done();
  if (const auto length = parser.content_length()) request.head.content_length = *length;
  request.is_http10 = parser.get().version() < 11;
  request.keep_alive = parser.keep_alive();
  request.waits_for_100 =
      request.head.has_body && !request.is_http10 && !request.head.header("Expect").empty();
  return request;
}

boost::system::result<IncomingRequest, Refusal> describe(const Parser& parser) {
  IncomingRequest request = take_headers(parser);
  if (auto refused = check_framing(request.head, request.is_http10)) return *refused;
  auto target = parse_target(parser.get().target());
  if (!target) return Refusal{400, target.error().detail};
  request.head.path = std::move(target->path);
  request.head.segments = std::move(target->segments);
  request.head.query = std::move(target->query);
  return request;
}

}  // namespace

struct RequestReader::Parsing {
  std::string_view arrived() const { return {static_cast<const char*>(buffer.data().data()), buffer.size()}; }

  /// Parses what has arrived as far as the parser goes in one step.
  boost::system::error_code step() {
    boost::system::error_code failed;
    buffer.consume(parser->put(buffer.data(), failed));
    return failed;
  }

  beast::flat_buffer buffer;
  std::size_t head_size = 0;
  std::optional<Parser> parser;
  std::uint64_t body_read = 0;
  Duration waited_for_body{0};
};

RequestReader::RequestReader(Stream& stream, const ServerLimits& limits)
    : stream_(stream), limits_(limits), parsing_(std::make_unique<Parsing>()) {}

RequestReader::~RequestReader() = default;

asio::awaitable<std::optional<Refusal>> RequestReader::gather_head() {
  const auto nobody = Refusal{};
  bool has_begun = parsing_->buffer.size() > 0;
  auto deadline = SteadyClock::now() + (has_begun ? limits_.header_time : limits_.idle_time);
  for (;;) {
    const std::size_t end = parsing_->arrived().substr(0, limits_.header_bytes).find("\r\n\r\n");
    parsing_->head_size = end + 4;
    if (end != std::string_view::npos) co_return std::nullopt;
    if (parsing_->buffer.size() >= limits_.header_bytes) {
      co_return Refusal{431,
                        "the head of a request may have " + std::to_string(limits_.header_bytes) + " bytes"};
    }
    const auto left = std::chrono::duration_cast<Duration>(deadline - SteadyClock::now());
    const auto got =
        co_await stream_.read_some(parsing_->buffer.prepare(kReadSize), std::max(left, Duration(0)));
    if (!got && got.error().code == Errc::kTimedOut && has_begun) {
      co_return Refusal{408, "the head of the request did not arrive in time"};
    }
    if (!got || *got == 0) co_return nobody;
    parsing_->buffer.commit(*got);
    if (!has_begun) deadline = SteadyClock::now() + limits_.header_time;
    has_begun = true;
  }
}

asio::awaitable<boost::system::result<IncomingRequest, Refusal>> RequestReader::read_head() {
  if (auto refused = co_await gather_head()) co_return *refused;
  const std::string_view head_text = parsing_->arrived().substr(0, parsing_->head_size);
  if (head_text.find("\r\n ") != std::string_view::npos ||
      head_text.find("\r\n\t") != std::string_view::npos) {
    co_return Refusal{400, "a header that goes on in the next line could be read in two ways"};
  }
  Parser& parser = parsing_->parser.emplace();
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // its own count can be slipped past
  parser.body_limit(boost::none);                                  // what is enough is the handler's to say
  parsing_->body_read = 0;
  parsing_->waited_for_body = Duration(0);
  boost::system::error_code failed;
  parsing_->buffer.consume(parser.put(asio::buffer(parsing_->buffer.data(), parsing_->head_size), failed));
  if (!failed && !parser.is_header_done()) failed = beast::http::error::bad_field;
  if (failed) co_return refusal_of(failed);
  co_return describe(parser);
}

asio::awaitable<Result<std::string>> RequestReader::read_some() {
  Parser& parser = *parsing_->parser;
  std::string piece(kPieceSize, '\0');
  auto& body = parser.get().body();
  body.data = piece.data();
  body.size = piece.size();
  body.more = true;
  Result<void> outcome;
  while (!parser.is_done() && body.size > 0) {
    if (parsing_->buffer.size() > 0) {
      const boost::system::error_code failed = parsing_->step();
      if (!failed) continue;
      if (failed == beast::http::error::need_buffer) break;
      const bool incomplete = failed == beast::http::error::need_more;
      if (!incomplete || parsing_->buffer.size() > kMostChunkFraming) {
        outcome = Error{Errc::kBadInput, "http.receive", "the body breaks HTTP: " + failed.message()};
        break;
      }
    }
    if (body.size < piece.size()) break;
    outcome = co_await read_more_of_body();
    if (!outcome) break;
  }
  piece.resize(kPieceSize - body.size);
  body.data = nullptr;
  if (!outcome) co_return outcome.error();
  parsing_->body_read += piece.size();
  co_return piece;
}

asio::awaitable<Result<void>> RequestReader::read_more_of_body() {
  const auto begun = SteadyClock::now();
  const auto got = co_await stream_.read_some(parsing_->buffer.prepare(kReadSize), body_patience());
  parsing_->waited_for_body += std::chrono::duration_cast<Duration>(SteadyClock::now() - begun);
  if (!got) co_return got.error();
  if (*got == 0) co_return Error{Errc::kPeerBroken, "http.receive", "the body ends too early"};
  parsing_->buffer.commit(*got);
  co_return Result<void>();
}

Duration RequestReader::body_patience() const {
  const auto earned =
      std::chrono::seconds(parsing_->body_read / std::max<std::uint64_t>(limits_.least_rate, 1));
  const Duration left = limits_.read_pause + earned - parsing_->waited_for_body;
  return std::clamp(left, Duration(0), limits_.read_pause);
}

bool RequestReader::is_body_done() const {
  return parsing_->parser->is_done();
}

bool RequestReader::has_early_bytes() const {
  return parsing_->buffer.size() > 0;
}

std::optional<std::uint64_t> RequestReader::body_left() const {
  const auto left = parsing_->parser->content_length_remaining();
  return left ? std::optional<std::uint64_t>(*left) : std::nullopt;
}

}  // namespace reeld::http::server
