#include "daemon/http/server/exchange.hpp"

#include <boost/beast/core/string.hpp>

namespace reeld::http::server {

std::string_view to_string(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kOther:
      return "OTHER";
  }
  return "OTHER";
}

std::string_view RequestHead::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (boost::beast::iequals(header.name, name)) return header.value;
  }
  return {};
}

boost::asio::awaitable<Result<std::string>> Exchange::read_all(std::size_t most) {
  const Error too_large(Errc::kNoSpace, "http.read",
                        "the body is larger than " + std::to_string(most) + " bytes");
  if (head().content_length && *head().content_length > most) co_return too_large;
  std::string body;
  for (;;) {
    auto piece = co_await read_some();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return body;
    if (piece->size() > most - body.size()) co_return too_large;
    body += *piece;
  }
}

}  // namespace reeld::http::server
