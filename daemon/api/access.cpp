#include "daemon/api/access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "daemon/api/ascii.hpp"
#include "daemon/api/secrets.hpp"

namespace reeld::api {

using http::server::Method;
using http::server::RequestHead;

namespace {

constexpr std::string_view kCookie = "reeld_session";
constexpr std::chrono::seconds kSessionTime = std::chrono::days(30);

bool is_safe(Method method) {
  return method == Method::kGet || method == Method::kHead || method == Method::kOptions;
}

/// "https://render.example.com" -> "render.example.com"; "" for what is no origin, such as "null".
std::string authority_of(std::string_view origin) {
  const auto scheme_end = origin.find("://");
  return scheme_end == std::string_view::npos ? "" : lower_ascii(origin.substr(scheme_end + 3));
}

/// The value of our cookie; empty where there is none.
std::string_view session_of(std::string_view cookies) {
  while (!cookies.empty()) {
    cookies.remove_prefix(std::min(cookies.find_first_not_of("; "), cookies.size()));
    const std::string_view cookie = cookies.substr(0, cookies.find(';'));
    const auto equals = cookie.find('=');
    if (cookie.substr(0, equals) == kCookie && equals != std::string_view::npos) {
      return cookie.substr(equals + 1);
    }
    cookies.remove_prefix(cookie.size());
  }
  return {};
}

std::string_view bearer_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size() ||
      lower_ascii(authorization.substr(0, kScheme.size())) != kScheme) {
    return {};
  }
  return authorization.substr(kScheme.size());
}

}  // namespace

std::string host_of(std::string_view header) {
  if (header.starts_with('[')) return lower_ascii(header.substr(1, header.find(']') - 1));
  return lower_ascii(header.substr(0, header.find(':')));
}

Outcome<void> check_host(const RequestHead& head, const ApiOptions& options) {
  if (head.peer.is_unix) return {};
  const std::string host = host_of(head.header("Host"));
  if (host == "localhost" || host == "127.0.0.1" || host == "::1") return {};
  const auto is_host = [&](const std::string& name) { return !host.empty() && lower_ascii(name) == host; };
  if (std::ranges::any_of(options.hosts, is_host)) return {};
  return Refusal(
      421, "misdirected",
      "this daemon is not known by that host name; name it in http.allowed_hosts where it should be");
}

Outcome<void> check_origin(const RequestHead& head) {
  if (is_safe(head.method)) return {};
  const std::string_view site = head.header("Sec-Fetch-Site");
  const std::string_view origin = head.header("Origin");
  const bool is_foreign_site = site == "cross-site" || site == "same-site";
  const bool is_foreign_origin = !origin.empty() && authority_of(origin) != lower_ascii(head.header("Host"));
  if (!is_foreign_site && !is_foreign_origin) return {};
  return Refusal(403, "forbidden", "a page of another origin may not change anything here");
}

Outcome<void> check_credentials(const RequestHead& head, const ApiOptions& options, Time now) {
  if (head.peer.is_unix || options.token.empty()) return {};
  const std::string_view shown = bearer_of(head.header("Authorization"));
  if (!shown.empty() && equal_secrets(shown, options.token)) return {};
  if (is_session(session_of(head.header("Cookie")), options.token, now)) return {};
  Refusal refusal(401, "unauthorized",
                  shown.empty() ? "send the token as \"Authorization: Bearer TOKEN\", or log in with a link "
                                  "from `reeld open`"
                                : "the token is not the one in http.token_file");
  refusal.headers.push_back({"WWW-Authenticate", "Bearer realm=\"reeld\""});
  return refusal;
}

std::string session_cookie(const ApiOptions& options, Time now, bool is_tls) {
  const auto until = std::chrono::floor<std::chrono::seconds>(now) + kSessionTime;
  const std::string expiry = std::to_string(until.time_since_epoch().count());
  return fmt::format("{}={}.{}; Max-Age={}; Path={}/; HttpOnly; SameSite=Strict{}", kCookie, expiry,
                     hmac_sha256_hex(options.token, expiry), kSessionTime.count(), options.base_path,
                     is_tls ? "; Secure" : "");
}

bool is_session(std::string_view value, std::string_view token, Time now) {
  const auto dot = value.find('.');
  if (dot == std::string_view::npos || token.empty()) return false;
  const std::string_view expiry = value.substr(0, dot);
  if (!equal_secrets(value.substr(dot + 1), hmac_sha256_hex(token, expiry))) return false;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(expiry.data(), expiry.data() + expiry.size(), seconds);
  if (error != std::errc() || end != expiry.data() + expiry.size()) return false;
  return now < Time(std::chrono::seconds(seconds));
}

}  // namespace reeld::api
