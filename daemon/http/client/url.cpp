#include "daemon/http/client/url.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>
#include <vector>

namespace reeld::http {
namespace {

constexpr std::size_t kMaxUrl = 16U << 10;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

Error bad_url(std::string_view why) {
  return Error{Errc::kBadInput, "http.url", std::string(why)};
}

std::uint16_t default_port(bool tls) {
  return tls ? kHttpsPort : kHttpPort;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_host_char(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

/// Where a relative reference keeps its scheme, if it has one.
std::optional<std::string_view> scheme_of(std::string_view text) {
  const std::size_t colon = text.find_first_of(":/?#");
  if (colon == std::string_view::npos || text[colon] != ':' || colon == 0 || !is_letter(text[0])) return {};
  const std::string_view scheme = text.substr(0, colon);
  const bool valid = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
  return valid ? std::optional(scheme) : std::nullopt;
}

Result<void> parse_port(std::string_view text, Url& url) {
  url.port = default_port(url.tls);
  if (text.empty()) return {};
  unsigned port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failed != std::errc() || end != text.data() + text.size() || port == 0 || port > 0xFFFF) {
    return bad_url("the port is not a number from 1 to 65535");
  }
  url.port = static_cast<std::uint16_t>(port);
  return {};
}

Result<void> parse_ipv6(std::string_view inside, Url& url) {
  boost::system::error_code failed;
  boost::asio::ip::make_address_v6(std::string(inside), failed);
  // A zone ("%eth0") means something on this machine only, and would have to be taken out of the Host header.
  if (failed || inside.find('%') != std::string_view::npos) return bad_url("not an IPv6 address in brackets");
  url.host = to_lower(inside);
  return {};
}

Result<void> parse_authority(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) return bad_url("a user name is not allowed");
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return bad_url("the bracket is not closed");
    if (auto parsed = parse_ipv6(authority.substr(1, close - 1), url); !parsed) return parsed.error();
    const std::string_view rest = authority.substr(close + 1);
    if (!rest.empty() && rest[0] != ':') return bad_url("something stands behind the bracket");
    if (!rest.empty()) port = rest.substr(1);
  } else {
    const std::size_t colon = authority.find(':');
    const std::string_view host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    if (host.empty() || host.size() > 253 || !std::all_of(host.begin(), host.end(), is_host_char)) {
      return bad_url("not a host name");
    }
    url.host = to_lower(host);
  }
  return parse_port(port, url);
}

/// Drops "." and takes ".." back, as RFC 3986 section 5.2.4 has it.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_open = false;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, slash - at);
    ends_open = segment == "." || segment == "..";
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (!ends_open) kept.push_back(segment);
    at = slash + 1;
  }
  std::string result;
  for (const std::string_view segment : kept) result.append("/").append(segment);
  if (ends_open || result.empty()) result += '/';
  return result;
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_ip_literal(std::string_view host) {
  boost::system::error_code failed;
  boost::asio::ip::make_address(std::string(host), failed);
  return !failed;
}

std::string Url::host_header() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(tls)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::authority() const {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

std::string Url::origin() const {
  return (tls ? "https://" : "http://") + host_header();
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kMaxUrl) return bad_url("longer than 16 KiB");
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
    return bad_url("holds a space, a control or a non-ASCII character");
  }
  const auto scheme = scheme_of(text);
  Url url;
  if (scheme) url.tls = to_lower(*scheme) == "https";
  if (!scheme || (!url.tls && to_lower(*scheme) != "http")) return bad_url("neither https:// nor http://");
  std::string_view rest = text.substr(scheme->size() + 1);
  if (!rest.starts_with("//")) return bad_url("not absolute");
  rest.remove_prefix(2);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  if (auto parsed = parse_authority(rest.substr(0, authority_end), url); !parsed) return parsed.error();
  url.target = rest.substr(authority_end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

Result<Url> resolve_location(const Url& base, std::string_view location) {
  location = location.substr(0, location.find('#'));
  if (scheme_of(location)) return parse_url(location);
  if (location.starts_with("//")) return parse_url((base.tls ? "https:" : "http:") + std::string(location));
  const std::string_view base_path = std::string_view(base.target).substr(0, base.target.find('?'));
  const std::size_t query_at = std::min(location.find('?'), location.size());
  const std::string_view path = location.substr(0, query_at);
  std::string target;
  if (location.empty()) {
    target = base.target;
  } else if (path.empty()) {
    target = base_path;
  } else if (path[0] == '/') {
    target = remove_dot_segments(path);
  } else {
    target = remove_dot_segments(std::string(base_path.substr(0, base_path.rfind('/') + 1)).append(path));
  }
  target += location.substr(query_at);
  // Through the parser again: it is what refuses characters that must not be sent.
  return parse_url(base.origin() + target);
}

}  // namespace reeld::http
