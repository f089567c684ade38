#include "tests/simulator/byte_range.hpp"

#include <algorithm>

#include "tests/simulator/http.hpp"

namespace reeld::sim {

ByteRange parse_range(std::string_view header, std::uint64_t size) {
  const ByteRange all{ByteRange::Kind::kAll, 0, size};
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return all;
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return all;
  const std::string_view first_text = header.substr(0, dash);
  const std::string_view last_text = header.substr(dash + 1);
  const auto first = parse_number(first_text);
  const auto last = parse_number(last_text);
  if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return all;

  if (!first) {
    const std::uint64_t length = std::min(*last, size);
    if (length == 0) return {ByteRange::Kind::kUnsatisfiable};
    return {ByteRange::Kind::kPart, size - length, length};
  }
  if (last && *last < *first) return all;
  if (*first >= size) return {ByteRange::Kind::kUnsatisfiable};
  const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
  return {ByteRange::Kind::kPart, *first, end - *first + 1};
}

}  // namespace reeld::sim
