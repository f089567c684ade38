#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reeld::api {

/// Which bytes of a file are asked for.
struct RangeAnswer {
  enum class Kind {
    kWhole,         ///< all of it: nothing else was asked for, or nothing that is understood
    kPart,          ///< `first` to `last`, both included
    kUnsatisfiable  ///< none that the file has
  };
  Kind kind = Kind::kWhole;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// Reads a Range header for a file of `size` bytes. Several ranges in one header are answered with the whole,
/// as RFC 9110 allows.
RangeAnswer read_range(std::string_view header, std::uint64_t size);

/// True when If-None-Match names the tag, or "*".
bool names_etag(std::string_view if_none_match, std::string_view etag);

/// attachment; filename="..."; filename*=UTF-8''... (RFC 6266)
std::string attachment(std::string_view file_name);

}  // namespace reeld::api
