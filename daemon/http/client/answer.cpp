#include "daemon/http/client/answer.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

namespace reeld::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::response_parser<beast::http::buffer_body>;

constexpr std::uint32_t kMaxHeader = 16U << 10;
constexpr int kMaxInterim = 8;
constexpr std::size_t kReadSize = 32U << 10;

Error broken(std::string detail) {
  return Error{Errc::kPeerBroken, "http.receive", std::move(detail)};
}

Error broken(const boost::system::error_code& failed) {
  return broken(failed == beast::http::error::partial_message ? "the answer ends too early"
                                                              : failed.message());
}

/// The parser takes a coding that it does not know for no coding at all, and the coded bytes for the body.
bool has_known_coding(const Parser& parser) {
  const auto& header = parser.get();
  const auto lines = header.count(beast::http::field::transfer_encoding);
  if (lines == 0) return true;
  return lines == 1 && header.version() == 11 &&
         beast::iequals(header[beast::http::field::transfer_encoding], "chunked");
}

}  // namespace

struct AnswerReader::Parsing {
  /// Begins with the next answer; bytes that arrived already stay.
  void begin(Body body) {
    parser.emplace();
    parser->header_limit(kMaxHeader);
    // The length is limited by whoever takes the body: a film has no limit, and what is kept in memory has
    // its own.
    parser->body_limit(boost::none);
    parser->skip(body == Body::kNone);
  }

  /// Parses what has arrived as far as the parser goes in one step.
  boost::system::error_code step() {
    boost::system::error_code failed;
    buffer.consume(parser->put(buffer.data(), failed));
    return failed;
  }

  std::optional<Parser> parser;
  beast::flat_buffer buffer;
};

AnswerReader::AnswerReader(Connection& connection, Timing timing, Body body)
    : connection_(connection), timing_(timing), body_(body), parsing_(std::make_unique<Parsing>()) {
  parsing_->begin(body_);
}

AnswerReader::~AnswerReader() = default;

boost::asio::awaitable<Result<void>> AnswerReader::read_more() {
  const auto space = parsing_->buffer.prepare(kReadSize);
  const auto got = co_await connection_.read_some(space, timing_);
  if (!got) co_return got.error();
  if (*got > 0) {
    got_some_ = true;
    parsing_->buffer.commit(*got);
    co_return Result<void>();
  }
  if (!got_some_) co_return broken("the peer closed the connection without an answer");
  boost::system::error_code failed;
  parsing_->parser->put_eof(failed);
  if (failed) co_return broken(failed);
  if (!parsing_->parser->is_done()) co_return broken("the answer ends too early");
  co_return Result<void>();
}

boost::asio::awaitable<Result<void>> AnswerReader::parse_head() {
  Parser& parser = *parsing_->parser;
  while (!parser.is_header_done()) {
    if (parsing_->buffer.size() > 0) {
      const boost::system::error_code failed = parsing_->step();
      if (parser.is_header_done()) break;
      if (failed && failed != beast::http::error::need_more) co_return broken(failed);
    }
    if (auto more = co_await read_more(); !more) co_return more.error();
  }
  co_return Result<void>();
}

boost::asio::awaitable<Result<void>> AnswerReader::read_head() {
  for (int interim = 0; interim <= kMaxInterim; ++interim) {
    if (auto parsed = co_await parse_head(); !parsed) co_return parsed.error();
    const unsigned status = parsing_->parser->get().result_int();
    if (status == 101) co_return broken("the peer changes to a protocol that nobody asked for");
    if (status >= 200) {
      if (!has_known_coding(*parsing_->parser)) co_return broken("the answer's transfer coding is not known");
      co_return Result<void>();
    }
    parsing_->begin(body_);
  }
  co_return broken("too many interim answers");
}

Response AnswerReader::head() const {
  Response response;
  response.status = static_cast<int>(parsing_->parser->get().result_int());
  for (const auto& field : parsing_->parser->get()) {
    response.headers.push_back(Header{std::string(field.name_string()), std::string(field.value())});
  }
  return response;
}

std::optional<std::uint64_t> AnswerReader::announced_length() const {
  const auto length = parsing_->parser->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

boost::asio::awaitable<Result<void>> AnswerReader::read_chunk(std::string& chunk) {
  Parser& parser = *parsing_->parser;
  chunk.resize(kChunkSize);
  auto& body = parser.get().body();
  body.data = chunk.data();
  body.size = chunk.size();
  body.more = true;
  Result<void> outcome;
  while (!parser.is_done() && body.size > 0) {
    if (parsing_->buffer.size() > 0) {
      const boost::system::error_code failed = parsing_->step();
      if (!failed) continue;
      if (failed == beast::http::error::need_buffer) break;
      if (failed != beast::http::error::need_more) {
        outcome = broken(failed);
        break;
      }
    }
    outcome = co_await read_more();
    if (!outcome) break;
  }
  chunk.resize(kChunkSize - body.size);
  body.data = nullptr;
  co_return outcome;
}

bool AnswerReader::is_done() const {
  return parsing_->parser->is_done();
}

bool AnswerReader::has_leftover() const {
  return parsing_->buffer.size() > 0;
}

bool AnswerReader::leaves_connection_usable() const {
  const Parser& parser = *parsing_->parser;
  return parser.is_done() && !has_leftover() && parser.keep_alive() && !parser.need_eof();
}

}  // namespace reeld::http
