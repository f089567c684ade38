#include "daemon/http/local/conversation.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>

namespace reeld::http::local {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::response_parser<beast::http::buffer_body>;

constexpr std::uint32_t kMaxHeader = 64U << 10;
constexpr std::size_t kReadSize = 64U << 10;
constexpr int kMostInterim = 8;

Error broken(const std::string& detail) {
  return Error{Errc::kPeerBroken, "http.receive", "the answer cannot be read: " + detail};
}

/// The parser takes a coding that it does not know for no coding at all.
bool has_known_coding(const Parser& parser) {
  const auto& header = parser.get();
  const auto lines = header.count(beast::http::field::transfer_encoding);
  return lines == 0 ||
         (lines == 1 && beast::iequals(header[beast::http::field::transfer_encoding], "chunked"));
}

}  // namespace

struct Conversation::Parsing {
  void begin(bool skips_body) {
    parser.emplace();
    parser->header_limit(kMaxHeader);
    parser->body_limit(boost::none);
    parser->skip(skips_body);
  }

  /// Parses what has arrived as far as the parser goes in one step.
  boost::system::error_code step() {
    boost::system::error_code failed;
    buffer.consume(parser->put(buffer.data(), failed));
    return failed;
  }

  std::optional<Parser> parser;
  beast::flat_buffer buffer;
  bool has_begun = false;
};

Conversation::Conversation(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), parsing_(std::make_unique<Parsing>()) {}

Conversation::~Conversation() = default;

Result<void> Conversation::ask(const Request& request, std::string_view head) {
  if (auto sent = send(request, head); !sent) {
    // Whoever closes on a request that is still being sent has mostly said why.
    if (sent.error().code != Errc::kUnavailable || !connection_->has_input()) return sent.error();
    return read_head(request) ? Result<void>() : sent;
  }
  return read_head(request);
}

Result<void> Conversation::send(const Request& request, std::string_view head) {
  std::string first(head);
  if (!request.next_piece) first += request.body;
  if (auto sent = connection_->write(first, request.timeout); !sent) return sent.error();
  if (request.next_piece) return send_pieces(request);
  is_sent_ = true;
  return {};
}

Result<void> Conversation::send_pieces(const Request& request) {
  for (;;) {
    // The answer is there already, or the connection's end.
    if (connection_->has_input()) return {};
    auto piece = request.next_piece();
    if (!piece) return piece.error();
    if (piece->empty()) break;
    const std::string chunk = fmt::format("{:x}\r\n{}\r\n", piece->size(), *piece);
    if (auto sent = connection_->write(chunk, request.timeout); !sent) return sent.error();
  }
  auto ended = connection_->write("0\r\n\r\n", request.timeout);
  is_sent_ = ended.has_value();
  return ended;
}

Result<void> Conversation::read_head(const Request& request) {
  for (int interim = 0; interim <= kMostInterim; ++interim) {
    parsing_->begin(request.method == "HEAD");
    Parser& parser = *parsing_->parser;
    while (!parser.is_header_done()) {
      if (parsing_->buffer.size() > 0) {
        const auto failed = parsing_->step();
        if (parser.is_header_done()) break;
        if (failed && failed != beast::http::error::need_more) return broken(failed.message());
        if (parsing_->buffer.size() > kMaxHeader) return broken("its head is too long");
      }
      if (auto more = read_more(request.timeout); !more) return more.error();
    }
    response_.status = static_cast<int>(parser.get().result_int());
    if (response_.status >= 200) break;
  }
  if (response_.status < 200) return broken("too many interim answers");
  if (!has_known_coding(*parsing_->parser)) return broken("its transfer coding is not known");
  for (const auto& field : parsing_->parser->get()) {
    response_.headers.push_back(Header{std::string(field.name_string()), std::string(field.value())});
  }
  return {};
}

Result<void> Conversation::read_more(Duration limit) {
  const auto space = parsing_->buffer.prepare(kReadSize);
  const auto got = connection_->read_some({static_cast<char*>(space.data()), space.size()}, limit);
  if (!got) return got.error();
  if (*got > 0) {
    parsing_->has_begun = true;
    parsing_->buffer.commit(*got);
    return {};
  }
  if (!parsing_->has_begun) {
    return Error{Errc::kUnavailable, "http.receive", "the connection was closed without an answer"};
  }
  boost::system::error_code failed;
  if (parsing_->parser->got_some()) parsing_->parser->put_eof(failed);
  if (failed || !parsing_->parser->is_done()) return broken("it ends too early");
  return {};
}

Result<std::string> Conversation::read_some(Duration limit) {
  const auto deadline = deadline_after(limit);
  Parser& parser = *parsing_->parser;
  std::string piece(kReadSize, '\0');
  auto& body = parser.get().body();
  body.data = piece.data();
  body.size = piece.size();
  body.more = true;
  Result<void> outcome;
  while (!parser.is_done() && body.size > 0) {
    if (parsing_->buffer.size() > 0) {
      const auto failed = parsing_->step();
      if (!failed) continue;
      if (failed == beast::http::error::need_buffer) break;
      if (failed != beast::http::error::need_more) {
        outcome = broken(failed.message());
        break;
      }
    }
    if (body.size < piece.size()) break;
    outcome = read_more(left_until(deadline));
    if (!outcome) break;
  }
  piece.resize(kReadSize - body.size);
  body.data = nullptr;
  if (!outcome) return outcome.error();
  return piece;
}

bool Conversation::has_begun() const {
  return parsing_->has_begun;
}

std::unique_ptr<Connection> Conversation::release() {
  const Parser& parser = *parsing_->parser;
  const bool is_usable = is_sent_ && parser.is_done() && parsing_->buffer.size() == 0 && parser.keep_alive();
  return is_usable ? std::move(connection_) : nullptr;
}

}  // namespace reeld::http::local
