// The template of a result's path in the first line, a job's name in the second, its batch in the third.
#include <algorithm>

#include "common/job/output_path.hpp"
#include "tests/fuzz/require.hpp"

namespace reeld::fuzz {
namespace {

constexpr std::size_t kLongestPart = 120;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void check_part(std::string_view part) {
  require(!part.empty() && part.front() != '.', "a part of a path is neither empty nor hidden, nor climbs");
  require(part.size() <= kLongestPart, "a part fits a file's name");
  require(std::ranges::all_of(part, [](unsigned char c) { return c >= 0x20 && c != 0x7F; }),
          "no control character is in a path");
}

void check(std::string_view text) {
  const std::string_view output_template = take_line(text);
  if (!check_output_template(output_template).empty()) return;
  OutputTokens tokens{"2026-12-01", "02-00-00", "", 42, "", "1a2b3c4d", "ltxv-2.0-pro", 7, 1920, 1080, 8};
  tokens.name = take_line(text);
  tokens.batch = take_line(text);
  std::string path = expand_output(output_template, tokens);
  require(std::ranges::count(path, '/') == std::ranges::count(output_template, '/'),
          "no token adds or takes away a folder");
  std::ranges::replace(path, '/', '\n');
  std::string_view parts = path;
  while (!parts.empty()) check_part(take_line(parts));
}

}  // namespace
}  // namespace reeld::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  reeld::fuzz::check(reeld::fuzz::as_text(bytes, size));
  return 0;
}
