#include "daemon/http/local/request_head.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

namespace reeld::http::local {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

bool is_name(std::string_view text) {
  return is_word(text) && text.find(':') == std::string_view::npos;
}

bool is_value(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; });
}

Error bad_request(const std::string& what) {
  return Error{Errc::kBadInput, "http.request",
               what + " cannot be sent: it holds characters that HTTP forbids"};
}

std::string body_lines(const Request& request) {
  if (request.next_piece) return "Transfer-Encoding: chunked\r\n";
  if (request.body.empty() && (request.method == "GET" || request.method == "HEAD")) return {};
  return "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
}

}  // namespace

Result<std::string> format_head(const Request& request, const std::string& host, const std::string& base_path,
                                const std::string& token) {
  if (!is_word(request.method) || !is_word(request.target) || !request.target.starts_with('/')) {
    return bad_request("the request for \"" + request.target + "\"");
  }
  std::string head =
      request.method + " " + base_path + request.target + " HTTP/1.1\r\nHost: " + host + "\r\n";
  if (!is_value(token)) return bad_request("the token");
  if (!token.empty()) head += "Authorization: Bearer " + token + "\r\n";
  for (const Header& header : request.headers) {
    if (!is_name(header.name) || !is_value(header.value)) return bad_request("the header " + header.name);
    head += header.name + ": " + header.value + "\r\n";
  }
  return head + body_lines(request) + "\r\n";
}

bool is_repeatable(const Request& request) {
  if (request.next_piece) return false;
  const bool has_key = std::ranges::any_of(request.headers, [](const Header& header) {
    return boost::beast::iequals(header.name, "Idempotency-Key");
  });
  return has_key || request.method == "GET" || request.method == "HEAD" || request.method == "PUT" ||
         request.method == "DELETE";
}

}  // namespace reeld::http::local
