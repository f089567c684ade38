#include "daemon/spool/names.hpp"

#include <algorithm>
#include <array>

#include "common/job/text.hpp"
#include "common/util/uuid.hpp"

namespace reeld::spool {

namespace {

constexpr std::size_t kMaxName = 255;
constexpr std::size_t kLongestPlain = 220;  // leaves room for ".receipt.json"
constexpr std::size_t kLongestEnding = 16;
constexpr std::array<std::string_view, 3> kOwnEndings{".receipt.json", ".done.json", ".error.json"};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Cuts at a code point's edge.
std::string cut(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  text.resize(bytes);
  return text;
}

}  // namespace

std::optional<JobFormat> taken_format(std::string_view name) {
  if (name.starts_with('.')) return std::nullopt;
  return job_format(lower(name));
}

std::string stem_of(std::string_view name) {
  return std::string(name.substr(0, name.rfind('.')));
}

std::vector<std::string> place_names(std::string_view name, std::string_view id) {
  std::string stem = stem_of(name);
  std::string ending(name.substr(stem.size()));
  if (ending.size() > kLongestEnding) {
    stem += ending;
    ending.clear();
  }
  const std::string lowered = lower(name);
  const bool looks_like_ours =
      std::ranges::any_of(kOwnEndings, [&lowered](std::string_view own) { return lowered.ends_with(own); });
  std::vector<std::string> names;
  if (!looks_like_ours && name.size() <= kLongestPlain) names.emplace_back(name);
  for (const std::string& suffix : {short_id(id), std::string(id)}) {
    names.push_back(cut(stem, kLongestPlain - suffix.size() - ending.size() - 1) + "-" + suffix + ending);
  }
  return names;
}

std::string shown_name(std::string_view name) {
  std::string shown = "\"";
  for (char c : printable(name, kMaxName)) {
    // A quote in a name must not end the field of a log line and begin another one.
    if (c == '"') shown += '\\';
    shown += c;
  }
  return shown + '"';
}

}  // namespace reeld::spool
