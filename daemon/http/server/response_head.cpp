#include "daemon/http/server/response_head.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <stdexcept>

#include "daemon/http/server/refusal.hpp"

namespace reeld::http::server {
namespace {

constexpr std::array<std::string_view, 4> kOwnHeaders = {"Date", "Content-Length", "Transfer-Encoding",
                                                         "Connection"};

bool is_own(const Header& header) {
  return std::ranges::any_of(kOwnHeaders,
                             [&](std::string_view name) { return boost::beast::iequals(header.name, name); });
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

void check(const Header& header) {
  const bool bad_name = header.name.empty() || header.name.find_first_of(": \t") != std::string::npos ||
                        std::ranges::any_of(header.name, is_control);
  if (bad_name || std::ranges::any_of(header.value, is_control)) {
    throw std::invalid_argument("a header of an answer cannot be sent: " + header.name);
  }
}

std::string framing_lines(const Framing& framing) {
  std::string lines;
  if (framing.body == Framing::Body::kLength) lines += fmt::format("Content-Length: {}\r\n", framing.length);
  if (framing.body == Framing::Body::kChunked) lines += "Transfer-Encoding: chunked\r\n";
  if (!framing.keep_alive) lines += "Connection: close\r\n";
  if (framing.keep_alive && framing.is_http10) lines += "Connection: keep-alive\r\n";
  return lines;
}

}  // namespace

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string format_head(const Response& response, const Framing& framing, Time now) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  head += fmt::format("Date: {}\r\n", format_http_date(now));
  for (const Header& header : response.headers) {
    check(header);
    if (!is_own(header)) head += fmt::format("{}: {}\r\n", header.name, header.value);
  }
  return head + framing_lines(framing) + "\r\n";
}

std::string format_http_date(Time time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace reeld::http::server
