#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/util/time.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::http::server {

/// How an answer's end is told, and what becomes of the connection behind it.
struct Framing {
  enum class Body { kNone, kLength, kChunked, kUntilClose };

  Body body = Body::kNone;
  std::uint64_t length = 0;  ///< with kLength
  bool is_http10 = false;    ///< the request was; it must be told that the connection stays
  bool keep_alive = true;
};

/// May an answer of that status have a body? 1xx, 204 and 304 end with their head.
bool may_have_body(int status);

/// Status line, headers and the empty line. Headers of `response` that are the server's own are left out.
/// Throws std::invalid_argument for a header that would break the head apart: a bug of its handler.
std::string format_head(const Response& response, const Framing& framing, Time now);

/// "Tue, 01 Dec 2026 02:00:00 GMT".
std::string format_http_date(Time time);

}  // namespace reeld::http::server
