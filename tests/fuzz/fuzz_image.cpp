// The beginning of an image that is to be a start frame.
#include <string>

#include "common/job/image_format.hpp"
#include "tests/fuzz/require.hpp"

namespace reeld::fuzz {
namespace {

void check(std::string_view bytes) {
  const auto info = image_format(bytes);
  if (!info) return;
  require(info->width > 0 && info->height > 0, "an image has a size");
  require(info->width <= 65'535 && info->height <= 65'535, "no image is larger than its format can say");
  const auto more = image_format(std::string(bytes) + "and more");
  require(more && more->format == info->format && more->width == info->width && more->height == info->height,
          "what follows the beginning changes nothing");
}

}  // namespace
}  // namespace reeld::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  reeld::fuzz::check(reeld::fuzz::as_text(bytes, size));
  return 0;
}
