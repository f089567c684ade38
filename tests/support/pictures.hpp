#pragma once

#include <string>
#include <string_view>

namespace reeld::test {

/// The bytes of a PNG of that size as far as anybody looks: signature and header, then `rest`, by which two
/// of them differ.
std::string png(int width, int height, std::string_view rest = "");

}  // namespace reeld::test
