#include "daemon/http/client/request_head.hpp"

#include <algorithm>
#include <array>

namespace reeld::http {
namespace {

// They decide where a message ends and where it goes: two opinions about that are how requests are smuggled.
constexpr std::array<std::string_view, 12> kReserved = {
    "connection", "content-length",      "expect",           "host",
    "keep-alive", "proxy-authorization", "proxy-connection", "te",
    "trailer",    "transfer-encoding",   "upgrade",          "user-agent"};

bool is_token_char(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= ' ' && byte != 0x7F);
}

Error bad_header(std::string detail) {
  return Error{Errc::kBadInput, "http.request", std::move(detail)};
}

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kDelete:
      return "DELETE";
  }
  return "GET";
}

Result<void> check_headers(const std::vector<Header>& headers) {
  for (const Header& header : headers) {
    if (header.name.empty() || !std::all_of(header.name.begin(), header.name.end(), is_token_char)) {
      return bad_header("a header's name holds a character that is not allowed");
    }
    if (!std::all_of(header.value.begin(), header.value.end(), is_value_char)) {
      return bad_header("the value of header " + header.name + " holds a control character");
    }
    if (std::find(kReserved.begin(), kReserved.end(), to_lower(header.name)) != kReserved.end()) {
      return bad_header("header " + header.name + " is set by the client itself");
    }
  }
  return {};
}

std::string request_head(const Request& request, const Url& url, std::string_view user_agent) {
  std::string head;
  head.append(to_string(request.method)).append(" ").append(url.target).append(" HTTP/1.1\r\n");
  add(head, "Host", url.host_header());
  if (!user_agent.empty()) add(head, "User-Agent", user_agent);
  const bool chooses_encoding =
      std::any_of(request.headers.begin(), request.headers.end(),
                  [](const Header& h) { return to_lower(h.name) == "accept-encoding"; });
  if (!chooses_encoding) add(head, "Accept-Encoding", "identity");
  for (const Header& header : request.headers) add(head, header.name, header.value);
  if (!request.body.empty() || request.method == Method::kPost) {
    add(head, "Content-Length", std::to_string(request.body.size()));
  }
  return head + "\r\n";
}

}  // namespace reeld::http
