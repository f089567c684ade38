#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/util/json.hpp"

namespace reeld {

/// One code point at the front of a text, and how many bytes it takes.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;  ///< false: the byte begins no UTF-8 sequence, and counts as one
};

/// The first code point of `text`, which is not empty.
CodePoint first_code_point(std::string_view text);

/// How many code points `text` has; each byte that is not UTF-8 counts as one.
std::size_t count_code_points(std::string_view text);

/// True for C0 control characters and DEL.
constexpr bool is_control(char32_t c) {
  return c < 0x20 || c == 0x7F;
}

/// True when `text` holds a control character.
bool has_control(std::string_view text);

/// True when there is nothing to see: empty, or white space of any script.
bool is_blank(std::string_view text);

/// `text` fit for a line of a log or a screen: control characters escaped, bad UTF-8 replaced, and cut with
/// "..." behind `max` code points.
std::string printable(std::string_view text, std::size_t max = 60);

/// The same in double quotes.
std::string in_quotes(std::string_view text);

/// A JSON value as a message names it: 7, true, "text" (cut), an object, an array of 3.
std::string shown(const Json& value);

/// The known word that `word` is most likely a misspelling of: at most two letters off. Empty: none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

/// `; did you mean "duration"?`, or "" where nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace reeld
