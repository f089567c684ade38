#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>

#include "daemon/http/server/server.hpp"

namespace reeld::http::server {
namespace {

constexpr std::string_view kSocketPrefix = "unix:";

Error bad_address(std::string_view text, std::string_view why) {
  return Error{Errc::kBadInput, "http.listen",
               "\"" + std::string(text) + "\" " + std::string(why) +
                   "; write for example 127.0.0.1:8420, [::1]:8420 or unix:/run/reeld/reeld.sock"};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failed != std::errc() || end != text.data() + text.size()) return {};
  return port;
}

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

/// An IPv6 address in brackets, or a name or an IPv4 address without them; "" for anything else.
std::string parse_host(std::string_view text) {
  if (!text.starts_with('[')) {
    return std::ranges::all_of(text, is_host_char) ? std::string(text) : std::string();
  }
  if (!text.ends_with(']')) return {};
  std::string inside(text.substr(1, text.size() - 2));
  boost::system::error_code failed;
  boost::asio::ip::make_address_v6(inside, failed);
  return failed ? std::string() : inside;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  ListenAddress address;
  if (text.starts_with(kSocketPrefix)) {
    address.path = text.substr(kSocketPrefix.size());
    if (!address.path.is_absolute() || !address.path.has_filename()) {
      return bad_address(text, "does not name a socket by its whole path");
    }
    return address;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_address(text, "has no port");
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return bad_address(text, "has no port from 0 to 65535");
  address.port = *port;
  address.host = parse_host(text.substr(0, colon));
  if (address.host.empty())
    return bad_address(text, "does not name a host (IPv6 addresses stand in brackets)");
  return address;
}

bool is_local(const ListenAddress& address) {
  if (address.is_unix() || address.host == "localhost") return true;
  boost::system::error_code failed;
  const auto ip = boost::asio::ip::make_address(address.host, failed);
  return !failed && ip.is_loopback();
}

}  // namespace reeld::http::server
