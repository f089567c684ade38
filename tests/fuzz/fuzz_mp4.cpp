// A downloaded file: accepted exactly when its boxes tile it, ftyp first and moov among them.
#include <cstdint>
#include <vector>

#include "daemon/files/mp4.hpp"
#include "tests/fuzz/scratch_file.hpp"

namespace reeld::fuzz {
namespace {

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

/// The rule once more, on bytes in memory: the size of the box at the front, or 0 where none can be.
std::uint64_t first_box(std::string_view bytes) {
  if (bytes.size() < 8) return 0;
  std::uint64_t size = big_endian(bytes.substr(0, 4));
  std::uint64_t header = 8;
  if (size == 0) return bytes.size();
  if (size == 1) {
    if (bytes.size() < 16) return 0;
    header = 16;
    size = big_endian(bytes.substr(8, 8));
  }
  return size < header || size > bytes.size() ? 0 : size;
}

bool is_whole(std::string_view bytes) {
  if (bytes.size() < 8 || bytes.substr(4, 4) != "ftyp") return false;
  bool has_moov = false;
  while (!bytes.empty()) {
    const std::uint64_t size = first_box(bytes);
    if (size == 0) return false;
    has_moov = has_moov || bytes.substr(4, 4) == "moov";
    bytes.remove_prefix(size);
  }
  return has_moov;
}

void check(std::string_view bytes) {
  static ScratchFile file;
  file.fill(bytes);
  const auto checked = files::check_mp4(file.path());
  require(checked.has_value() == is_whole(bytes), "a film is whole exactly when its boxes tile it");
  if (!checked) {
    require(checked.error().code == Errc::kBadInput, "a broken film is bad input, no failure of the disk");
    require(!checked.error().detail.empty(), "what is broken is told");
  }
}

}  // namespace
}  // namespace reeld::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  reeld::fuzz::check(reeld::fuzz::as_text(bytes, size));
  return 0;
}
