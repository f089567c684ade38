#include "daemon/http/client/proxy.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace reeld::http {
namespace {

Error bad_proxy(std::string_view why) {
  return Error{Errc::kBadInput, "http.proxy", std::string(why)};
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return {};
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(text.data() + at + 1, text.data() + at + 3, value, 16);
    if (failed != std::errc() || end != text.data() + at + 3) return {};
    decoded += static_cast<char>(value);
    at += 2;
  }
  return decoded;
}

std::string base64(const std::string& text) {
  std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
  auto* out = reinterpret_cast<unsigned char*>(encoded.data());
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  encoded.resize(static_cast<std::size_t>(EVP_EncodeBlock(out, in, static_cast<int>(text.size()))));
  return encoded;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes ":port" off the end of a rule. An IPv6 address has a port only behind brackets.
std::string_view take_port(std::string_view& rule) {
  const bool bracketed = rule.starts_with('[');
  const std::size_t close = bracketed ? rule.find(']') : 0;
  const bool is_v6 = !bracketed && std::count(rule.begin(), rule.end(), ':') > 1;
  const std::size_t colon = is_v6 || close == std::string_view::npos ? close : rule.find(':', close);
  std::string_view port;
  if (!is_v6 && colon != std::string_view::npos) {
    port = rule.substr(colon + 1);
    rule = rule.substr(0, colon);
  }
  if (bracketed && rule.ends_with(']')) rule = rule.substr(1, rule.size() - 2);
  return port;
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (!to_lower(text.substr(0, kScheme.size())).starts_with(kScheme))
    return bad_proxy("a proxy begins with http://");
  std::string_view authority = text.substr(kScheme.size());
  Proxy proxy;
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const auto credentials = percent_decode(authority.substr(0, at));
    if (!credentials) return bad_proxy("the user name or password has a broken percent escape");
    proxy.authorization = "Basic " + base64(*credentials);
    authority.remove_prefix(at + 1);
  }
  const auto url = parse_url(std::string(kScheme).append(authority));
  if (!url) return bad_proxy(url.error().detail);
  if (url->target != "/") return bad_proxy("a proxy has no path");
  proxy.host = url->host;
  proxy.port = url->port;
  return proxy;
}

bool bypasses_proxy(const std::vector<std::string>& rules, std::string_view host, std::uint16_t port) {
  return std::any_of(rules.begin(), rules.end(), [host, port](const std::string& text) {
    const std::string lower = to_lower(trim(text));
    std::string_view rule = lower;
    const std::string_view rule_port = take_port(rule);
    if (!rule_port.empty() && rule_port != std::to_string(port)) return false;
    if (rule == "*") return true;
    if (rule.starts_with("*.")) rule.remove_prefix(1);
    if (rule.starts_with('.')) return host.size() > rule.size() && host.ends_with(rule);
    return !rule.empty() && host == rule;
  });
}

std::string tunnel_request(const Proxy& proxy, const Url& target, std::string_view user_agent) {
  const std::string authority = target.authority();
  std::string text = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  if (!proxy.authorization.empty()) text += "Proxy-Authorization: " + proxy.authorization + "\r\n";
  if (!user_agent.empty()) text.append("User-Agent: ").append(user_agent).append("\r\n");
  return text + "\r\n";
}

}  // namespace reeld::http
