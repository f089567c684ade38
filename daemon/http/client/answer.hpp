#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/util/error.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/http/client/connection.hpp"

namespace reeld::http {

/// Size of the pieces in which a body is handed on.
constexpr std::size_t kChunkSize = 64U << 10;

/// Reads one answer from a connection, which must outlive it: the header, then the body piece by piece.
///
/// Errors: kTimedOut, kCancelled, and kPeerBroken for whatever breaks HTTP: a header over 16 KiB, more than 8
/// interim answers, a body that ends before its announced length, or without the end that its coding or TLS
/// calls for.
class AnswerReader {
 public:
  enum class Body { kFollows, kNone };

  /// kNone: an answer to CONNECT, whose header is all there is.
  AnswerReader(Connection& connection, Timing timing, Body body = Body::kFollows);
  ~AnswerReader();
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;

  /// Reads up to the end of the header; interim (1xx) answers are skipped.
  boost::asio::awaitable<Result<void>> read_head();

  /// Status and headers, once read_head() succeeded.
  Response head() const;

  /// The body's length, where the header tells it.
  std::optional<std::uint64_t> announced_length() const;

  /// Reads until `chunk` holds kChunkSize bytes or the body is complete; on an error `chunk` holds what came
  /// before.
  boost::asio::awaitable<Result<void>> read_chunk(std::string& chunk);

  bool is_done() const;

  /// Has any byte of an answer arrived?
  bool got_some() const { return got_some_; }

  /// Bytes arrived that are not part of this answer.
  bool has_leftover() const;

  /// May the connection carry another request?
  bool leaves_connection_usable() const;

 private:
  struct Parsing;

  boost::asio::awaitable<Result<void>> read_more();
  boost::asio::awaitable<Result<void>> parse_head();

  Connection& connection_;
  Timing timing_;
  Body body_;
  bool got_some_ = false;
  std::unique_ptr<Parsing> parsing_;
};

}  // namespace reeld::http
