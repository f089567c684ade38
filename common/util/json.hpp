#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/util/error.hpp"

namespace reeld {

using Json = nlohmann::json;

/// Nesting deeper than this is refused: copying or dumping very deep values overflows the stack.
constexpr int kMaxJsonDepth = 64;

/// Parses untrusted text. Errors (kBadInput) say where: line and column for broken JSON, the name of a member
/// that stands twice. Refuses duplicate keys, nesting over kMaxJsonDepth, invalid UTF-8 and anything behind
/// the value.
Result<Json> parse_json(std::string_view text);

/// The same without the check for duplicate keys, for answers of a peer that may be sloppy.
Result<Json> parse_json_leniently(std::string_view text);

/// Compact text; invalid UTF-8 becomes U+FFFD instead of an exception.
std::string dump_json(const Json& value);

/// A step deeper in a JSON pointer, escaped: ("/parameters", "a/b") -> "/parameters/a~1b".
std::string json_pointer(std::string_view parent, std::string_view member);

}  // namespace reeld
