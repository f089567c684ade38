#include "daemon/http/server/framing.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

namespace reeld::http::server {
namespace {

using boost::beast::iequals;

auto count(const RequestHead& head, std::string_view name) {
  return std::ranges::count_if(head.headers,
                               [name](const Header& header) { return iequals(header.name, name); });
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Refusal> check_transfer_encoding(const RequestHead& head, bool is_http10) {
  const auto lines = count(head, "Transfer-Encoding");
  if (lines == 0) return {};
  if (is_http10) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
  if (lines > 1) return Refusal{400, "more than one Transfer-Encoding"};
  if (count(head, "Content-Length") > 0) return Refusal{400, "a Transfer-Encoding beside a Content-Length"};
  if (!iequals(head.header("Transfer-Encoding"), "chunked")) {
    return Refusal{501, "the only Transfer-Encoding that is understood is chunked"};
  }
  return {};
}

}  // namespace

std::optional<Refusal> check_framing(const RequestHead& head, bool is_http10) {
  if (auto refused = check_transfer_encoding(head, is_http10)) return refused;
  const auto lengths = count(head, "Content-Length");
  if (lengths > 1) return Refusal{400, "more than one Content-Length"};
  if (lengths == 1 && !is_number(head.header("Content-Length"))) {
    return Refusal{400, "the Content-Length is not one number"};
  }
  const auto hosts = count(head, "Host");
  if (hosts > 1) return Refusal{400, "more than one Host"};
  if (hosts == 0 && !is_http10) return Refusal{400, "HTTP/1.1 asks for a Host header"};
  const std::string_view expected = head.header("Expect");
  if (!expected.empty() && !iequals(expected, "100-continue")) {
    return Refusal{417, "the only expectation that is understood is 100-continue"};
  }
  return {};
}

}  // namespace reeld::http::server
