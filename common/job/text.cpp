#include "common/job/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace reeld {
namespace {

/// How many bytes the sequence has that begins with `lead`; 0 for a byte that begins none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

/// Overlong forms, surrogates and numbers past U+10FFFF are not UTF-8, whatever their bits say.
bool is_scalar(char32_t value, std::size_t bytes) {
  static constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return value >= kSmallest[bytes] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

bool is_white(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

void append_printable(std::string& out, std::string_view bytes, const CodePoint& point) {
  if (!point.valid) {
    out += "\xEF\xBF\xBD";
  } else if (point.value == '\n') {
    out += "\\n";
  } else if (point.value == '\t') {
    out += "\\t";
  } else if (is_control(point.value) || (point.value >= 0x80 && point.value < 0xA0)) {
    out += fmt::format("\\u{:04x}", static_cast<unsigned>(point.value));
  } else {
    out += bytes;
  }
}

/// Levenshtein's distance: letters to insert, remove or replace.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replace, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t bytes = sequence_length(lead);
  if (bytes == 1) return {lead, 1, true};
  if (bytes == 0 || text.size() < bytes) return {};
  char32_t value = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    value = value << 6U | (next & 0x3FU);
  }
  if (!is_scalar(value, bytes)) return {};
  return {value, bytes, true};
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_code_point(text).bytes);
  return count;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return is_control(static_cast<unsigned char>(c)); });
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (!point.valid || !is_white(point.value)) return false;
    text.remove_prefix(point.bytes);
  }
  return true;
}

std::string printable(std::string_view text, std::size_t max) {
  std::string out;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == max) return out + "...";
    const CodePoint point = first_code_point(text);
    append_printable(out, text.substr(0, point.bytes), point);
    text.remove_prefix(point.bytes);
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  return '"' + printable(text) + '"';
}

std::string shown(const Json& value) {
  switch (value.type()) {
    case Json::value_t::string:
      return in_quotes(value.get_ref<const std::string&>());
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return fmt::format("an array of {}", value.size());
    default:
      return dump_json(value);
  }
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  constexpr std::size_t kFar = 3;
  // A long word cannot be near, and the distance of two long words is slow to find.
  constexpr std::size_t kLongest = 64;
  if (word.size() > kLongest) return {};
  std::string_view best;
  std::size_t least = kFar;
  for (std::string_view candidate : known) {
    // Of a short word two changed letters leave too little to recognise.
    const std::size_t limit = std::min(kFar, std::min(word.size(), candidate.size()) / 2 + 1);
    const std::size_t found = distance(word, candidate);
    if (found < least && found < limit) {
      least = found;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view best = nearest(word, known);
  return best.empty() ? "" : fmt::format("; did you mean \"{}\"?", best);
}

}  // namespace reeld
