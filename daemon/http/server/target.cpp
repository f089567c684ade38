#include "daemon/http/server/target.hpp"

#include <algorithm>
#include <optional>

namespace reeld::http::server {
namespace {

Error bad_target(std::string_view why) {
  return Error{Errc::kBadInput, "http.target", std::string(why)};
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_allowed(char c) {
  return c > ' ' && c < 0x7F && c != '#';
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return {};
}

Result<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (text.size() - at < 3) return bad_target("a percent sign without two digits behind it");
    const auto high = hex_digit(text[at + 1]);
    const auto low = hex_digit(text[at + 2]);
    if (!high || !low) return bad_target("a percent sign without two hexadecimal digits behind it");
    decoded += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  return decoded;
}

/// Cuts `text` at the first `separator`, which goes; `text` keeps what is behind it.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

Result<std::string> decode_segment(std::string_view text) {
  auto segment = decode(text);
  if (!segment) return segment.error();
  if (*segment == "." || *segment == "..") return bad_target("a path must not hold the steps . and ..");
  if (segment->find('/') != std::string::npos) return bad_target("a path must not hold an encoded slash");
  if (std::ranges::any_of(*segment, is_control)) return bad_target("a path must not hold control characters");
  return segment;
}

Result<std::string> decode_query_text(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  auto decoded = decode(spaced);
  if (decoded && decoded->find('\0') != std::string::npos)
    return bad_target("a query must not hold a zero byte");
  return decoded;
}

Result<void> parse_path(std::string_view path, Target& target) {
  target.path = path;
  path.remove_prefix(1);
  while (!path.empty()) {
    auto segment = decode_segment(take_until(path, '/'));
    if (!segment) return segment.error();
    target.segments.push_back(std::move(*segment));
  }
  return {};
}

Result<void> parse_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    if (value.empty()) continue;
    auto name = decode_query_text(take_until(value, '='));
    if (!name) return name.error();
    auto decoded = decode_query_text(value);
    if (!decoded) return decoded.error();
    target.query.push_back(QueryItem{std::move(*name), std::move(*decoded)});
  }
  return {};
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (!text.starts_with('/')) return bad_target("the target of a request must be a path that begins with /");
  if (!std::ranges::all_of(text, is_allowed)) return bad_target("a character that must be percent-encoded");
  Target target;
  if (auto parsed = parse_path(take_until(text, '?'), target); !parsed) return parsed.error();
  if (auto parsed = parse_query(text, target); !parsed) return parsed.error();
  return target;
}

}  // namespace reeld::http::server
