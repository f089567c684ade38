#include "tests/support/pictures.hpp"

namespace reeld::test {
namespace {

using namespace std::string_literals;

std::string big_endian(int value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFF);
  return bytes;
}

}  // namespace

std::string png(int width, int height, std::string_view rest) {
  return "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"s + big_endian(width) + big_endian(height) + "\x08\x02\0\0\0"s +
         std::string(rest);
}

}  // namespace reeld::test
