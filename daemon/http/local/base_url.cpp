#include "daemon/http/local/base_url.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace reeld::http::local {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

Error bad_url(std::string_view text, std::string_view why) {
  return Error{
      Errc::kBadInput, "http.url",
      "\"" + std::string(text) + "\" " + std::string(why) + "; write for example http://127.0.0.1:8420"};
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_plain(char c) {
  return c > ' ' && c < 0x7F && c != '?' && c != '#' && c != '@' && c != '\\';
}

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

bool is_ipv6(std::string_view text) {
  boost::system::error_code failed;
  boost::asio::ip::make_address_v6(std::string(text), failed);
  return !failed && text.find('%') == std::string_view::npos;
}

/// Reads the port at the end of `authority`, where there is one, and cuts it off.
bool take_port(std::string_view& authority, std::uint16_t& port) {
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return true;
  const std::string_view digits = authority.substr(colon + 1);
  authority = authority.substr(0, colon);
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return failed == std::errc() && end == digits.data() + digits.size() && port != 0;
}

bool take_host(std::string_view authority, std::string& host) {
  if (authority.starts_with('[') && authority.ends_with(']')) {
    host = authority.substr(1, authority.size() - 2);
    return is_ipv6(host);
  }
  host = authority;
  return !host.empty() && std::ranges::all_of(host, is_host_char);
}

}  // namespace

std::string BaseUrl::host_header() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (is_tls ? kHttpsPort : kHttpPort) ? name : name + ":" + std::to_string(port);
}

Result<BaseUrl> parse_base_url(std::string_view text) {
  BaseUrl url;
  std::string_view rest = text;
  url.is_tls = take_prefix(rest, "https://");
  if (!url.is_tls && !take_prefix(rest, "http://")) return bad_url(text, "is neither http:// nor https://");
  if (!std::ranges::all_of(rest, is_plain)) return bad_url(text, "holds more than a host, a port and a path");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  url.path = rest.substr(slash);
  while (url.path.ends_with('/')) url.path.pop_back();
  std::string_view authority = rest.substr(0, slash);
  url.port = url.is_tls ? kHttpsPort : kHttpPort;
  if (!take_port(authority, url.port))
    return bad_url(text, "has a port that is not a number from 1 to 65535");
  if (!take_host(authority, url.host)) return bad_url(text, "has no host that can be");
  return url;
}

}  // namespace reeld::http::local
