#include "tests/simulator/multipart.hpp"

#include <algorithm>
#include <string>

namespace reeld::sim {

namespace {

constexpr std::size_t kMaxParts = 100;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

// The value of `name="..."` or `name=...`; the views keep the case of the original.
std::string_view parameter(std::string_view text, std::string_view name) {
  const std::string key = "; " + std::string(name) + "=";
  std::string spaced = lower(text);
  auto at = spaced.find(key);
  if (at == std::string::npos && (at = spaced.find(";" + key.substr(2))) != std::string::npos) --at;
  if (at == std::string::npos) return {};
  std::string_view value = text.substr(at + key.size());
  if (!value.starts_with('"')) return value.substr(0, value.find_first_of("; \r\n"));
  value.remove_prefix(1);
  return value.substr(0, value.find('"'));
}

std::optional<FormPart> parse_part(std::string_view part) {
  const auto end = part.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view head = part.substr(0, end + 2);
  FormPart result;
  result.content = part.substr(end + 4);
  while (!head.empty()) {
    const auto line_end = head.find("\r\n");
    const std::string_view line = head.substr(0, line_end);
    head.remove_prefix(line_end + 2);
    if (!lower(line).starts_with("content-disposition: form-data")) continue;
    result.name = parameter(line, "name");
    result.has_filename = lower(line).find("filename") != std::string::npos;
  }
  if (result.name.empty()) return std::nullopt;
  return result;
}

}  // namespace

std::optional<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body) {
  if (!lower(content_type).starts_with("multipart/form-data")) return std::nullopt;
  const std::string_view boundary = parameter(content_type, "boundary");
  if (boundary.empty() || boundary.size() > 70) return std::nullopt;
  const std::string delimiter = "--" + std::string(boundary);
  if (!body.starts_with(delimiter)) return std::nullopt;
  body.remove_prefix(delimiter.size());

  std::vector<FormPart> parts;
  const std::string next = "\r\n" + delimiter;
  while (body.starts_with("\r\n") && parts.size() < kMaxParts) {
    body.remove_prefix(2);
    const auto end = body.find(next);
    if (end == std::string_view::npos) return std::nullopt;
    const auto part = parse_part(body.substr(0, end));
    if (!part) return std::nullopt;
    parts.push_back(*part);
    body.remove_prefix(end + next.size());
  }
  if (!body.starts_with("--")) return std::nullopt;
  return parts;
}

}  // namespace reeld::sim
