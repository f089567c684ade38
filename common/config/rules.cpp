#include "common/config/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "common/job/output_path.hpp"
#include "common/job/text.hpp"

namespace reeld {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_host_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, is_host_character) &&
         host.front() != '.' && host.front() != '-' && host.find("..") == std::string_view::npos;
}

/// "[::1]": the brackets of an IPv6 address, without a look at whether it is a sensible one.
bool is_bracketed_address(std::string_view host) {
  return host.size() > 3 && host.front() == '[' && host.back() == ']' &&
         host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
}

bool is_port(std::string_view text, int least) {
  int port = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failure == std::errc() && end == text.data() + text.size() && port >= least && port <= 65535;
}

/// True for "host" and "host:port".
bool is_authority(std::string_view text) {
  const std::size_t colon = text.ends_with(']') ? std::string_view::npos : text.rfind(':');
  const std::string_view host = text.substr(0, colon);
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1), 1)) return false;
  return is_host_name(host) || is_bracketed_address(host);
}

}  // namespace

std::string check_base_url(std::string& text) {
  constexpr std::string_view kScheme = "https://";
  while (text.ends_with('/') && text.size() > kScheme.size()) text.pop_back();
  const std::string_view whole = text;
  if (!whole.starts_with(kScheme))
    return in_quotes(text) + " does not begin with https://: the API key is sent there";
  const std::string_view rest = whole.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const bool plain_path = std::ranges::all_of(
      rest.substr(slash), [](char c) { return is_host_character(c) || c == '/' || c == '~' || c == '%'; });
  if (is_authority(rest.substr(0, slash)) && plain_path) return "";
  return in_quotes(text) + " is not of the form https://host[:port][/path]";
}

std::string check_host_pattern(std::string& text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const std::string_view name = text.starts_with("*.") ? std::string_view(text).substr(2) : text;
  const bool address =
      name.find(':') != std::string_view::npos && is_bracketed_address(fmt::format("[{}]", name));
  if (is_host_name(name) || (address && name == text)) return "";
  return in_quotes(text) + " is neither a host (cdn.example.com, any port) nor all below one (*.example.com)";
}

std::string check_proxy(std::string& text) {
  constexpr std::string_view kScheme = "http://";
  while (text.ends_with('/') && text.size() > kScheme.size()) text.pop_back();
  if (text.empty()) return "";
  std::string_view rest = text;
  // The text may hold a password, so no message quotes it.
  constexpr std::string_view kWords = "is not of the form http://[user:password@]host:port";
  if (!rest.starts_with(kScheme) || has_control(rest) || rest.find(' ') != std::string_view::npos) {
    return std::string(kWords);
  }
  rest.remove_prefix(kScheme.size());
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  const bool has_port = !rest.ends_with(']') && rest.rfind(':') != std::string_view::npos;
  return has_port && is_authority(rest) ? "" : std::string(kWords);
}

std::string check_budget(std::string& text) {
  if (text.empty()) return "";
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view whole = std::string_view(text).substr(0, dot);
  const std::string_view cents = std::string_view(text).substr(std::min(dot + 1, text.size()));
  const bool amount = !whole.empty() && whole.size() <= 9 && std::ranges::all_of(whole, is_digit) &&
                      std::ranges::all_of(cents, is_digit) &&
                      (dot == text.size() ? cents.empty() : cents.size() == 2);
  return amount ? "" : in_quotes(text) + " is not an amount of dollars such as \"25.00\"";
}

std::string check_asset_root(std::string& text) {
  return text.empty() ? "an empty path" : "";
}

std::string check_output(std::string& text) {
  const std::string wrong = check_output_template(text);
  return wrong.empty() ? "" : in_quotes(text) + " " + wrong;
}

std::string check_timezone(std::string& text) {
  const auto stamp = local_stamp(Time{}, text);
  return stamp ? "" : stamp.error().detail;
}

std::string check_store_url(std::string& text) {
  constexpr std::string_view kScheme = "sqlite://";
  if (text.empty()) return "";
  const std::string_view path = std::string_view(text).substr(std::min(kScheme.size(), text.size()));
  if (text.starts_with(kScheme) && path.size() > 1 && path.front() == '/' && path.back() != '/' &&
      !has_control(path)) {
    return "";
  }
  return in_quotes(text) + " is not of the form sqlite:///absolute/path/queue.db";
}

std::string check_listen(std::string& text) {
  constexpr std::string_view kSocket = "unix:";
  if (text.starts_with(kSocket)) {
    const std::string_view path = std::string_view(text).substr(kSocket.size());
    // The kernel takes 107, and while the socket is made its name has four more.
    constexpr std::size_t kLongest = 103;
    if (path.starts_with('/') && !path.ends_with('/') && path.size() <= kLongest && !has_control(path))
      return "";
    return in_quotes(text) + " is not of the form unix:/absolute/path, of 103 characters at most";
  }
  const std::size_t colon = text.rfind(':');
  const std::string_view whole = text;
  if (colon != std::string::npos && is_port(whole.substr(colon + 1), 0)) {
    const std::string_view host = whole.substr(0, colon);
    if (is_host_name(host) || is_bracketed_address(host)) return "";
  }
  return in_quotes(text) + " is not of the form host:port (127.0.0.1:8420, [::1]:8420) or unix:/path";
}

std::string check_host(std::string& text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (is_host_name(text) || is_bracketed_address(text)) return "";
  return in_quotes(text) + " is not a host name without a port, such as render.example.com";
}

std::string check_base_path(std::string& text) {
  while (text.ends_with('/')) text.pop_back();
  const bool plain =
      std::ranges::all_of(text, [](char c) { return is_host_character(c) || c == '/' || c == '~'; });
  const bool whole = text.find("//") == std::string::npos && text.find("/.") == std::string::npos;
  // The first folder must not be one of the API's own, or its paths could be read in two ways.
  const std::string first = text.substr(0, text.find('/', 1));
  static constexpr std::array<std::string_view, 5> kTaken{"/v1", "/healthz", "/readyz", "/metrics", "/login"};
  const bool taken = std::ranges::find(kTaken, first) != kTaken.end();
  if (text.empty() || (text.front() == '/' && plain && whole && !taken)) return "";
  return in_quotes(text) + " is not a path such as /reeld" + (taken ? ", but one of the API's own" : "");
}

std::string check_hook_url(std::string& text) {
  if (text.empty()) return "";
  constexpr std::string_view kPlain = "http://";
  const std::string_view whole = text;
  const std::string_view rest = whole.substr(std::min(kPlain.size(), whole.size()));
  const std::size_t end =
      rest.starts_with('[') ? rest.find(']') + 1 : std::min(rest.find_first_of(":/"), rest.size());
  const std::string_view host = rest.substr(0, end);
  const bool here = host == "127.0.0.1" || host == "localhost" || host == "[::1]";
  const bool fine = whole.starts_with("https://") || (whole.starts_with(kPlain) && here);
  if (fine && !has_control(text) && text.find(' ') == std::string::npos) return "";
  return in_quotes(text) + " is neither an https:// address nor an http:// one of this machine";
}

std::string check_hook_event(std::string& text) {
  static constexpr std::array<std::string_view, 13> kEvents{
      "job.succeeded",  "job.failed", "job.cancelled", "job.parked",      "job.unknown",
      "batch.finished", "batch.held", "account.held",  "account.resumed", "queue.paused",
      "queue.resumed",  "disk.low",   "disk.ok"};
  if (std::ranges::find(kEvents, text) != kEvents.end()) return "";
  return in_quotes(text) + " is no event; docs/hooks.md lists them" + did_you_mean(text, kEvents);
}

}  // namespace reeld
