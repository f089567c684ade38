#pragma once

#include <cstdint>
#include <string_view>

namespace reeld::sim {

/// What a Range header means for content of a known size.
struct ByteRange {
  enum class Kind { kAll, kPart, kUnsatisfiable };
  Kind kind = Kind::kAll;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// Understands one range of bytes ("bytes=5-", "bytes=5-9", "bytes=-5"); anything else means all of it.
ByteRange parse_range(std::string_view header, std::uint64_t size);

}  // namespace reeld::sim
