// Headers of a request for a film's file.
#include <algorithm>
#include <limits>

#include "daemon/api/range.hpp"
#include "tests/fuzz/require.hpp"

namespace reeld::api {
namespace {

using fuzz::require;

void check(std::string_view header) {
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, std::numeric_limits<std::uint64_t>::max()}) {
    const RangeAnswer range = read_range(header, size);
    if (range.kind != RangeAnswer::Kind::kPart) continue;
    require(range.first <= range.last && range.last < size, "a part lies within the file");
  }
  require(!names_etag("", header), "no tag is named by nothing");
  const std::string disposition = attachment(header);
  require(std::ranges::all_of(disposition, [](unsigned char c) { return c >= 0x20 && c < 0x7F; }),
          "a header's value is one line of ASCII, whatever a file is called");
}

}  // namespace
}  // namespace reeld::api

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  reeld::api::check(reeld::fuzz::as_text(bytes, size));
  return 0;
}
