#include "tests/simulator/http.hpp"

#include <array>
#include <charconv>

namespace reeld::sim {

std::string_view to_string(Endpoint endpoint) {
  static constexpr std::array<std::string_view, kEndpoints> kNames = {
      "submit", "status", "list",     "me",     "delete",  "init-image",
      "image",  "upload", "download", "poster", "control", "other"};
  return kNames[static_cast<std::size_t>(endpoint)];
}

std::string_view to_string(Method method) {
  static constexpr std::array<std::string_view, 5> kNames = {"GET", "HEAD", "POST", "DELETE", "OTHER"};
  return kNames[static_cast<std::size_t>(method)];
}

Answer json_answer(std::string text, int status) {
  Answer answer;
  answer.status = status;
  answer.text = std::move(text);
  return answer;
}

std::string_view query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) == name) {
      return equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

}  // namespace reeld::sim
