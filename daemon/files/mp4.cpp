#include "daemon/files/mp4.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include "daemon/files/descriptor.hpp"

namespace reeld::files {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "files.check_mp4";
constexpr std::size_t kShortHeader = 8;  // 32-bit size and type
constexpr std::size_t kLongHeader = 16;  // the same and a 64-bit size
constexpr int kMaxBoxes = 100'000;       // a film has a handful, a fragmented one a few for each second

Error bad(std::string detail) {
  return Error{Errc::kBadInput, kOperation, std::move(detail)};
}

/// One box of the file's top level.
struct Box {
  std::string type;
  std::uint64_t header = kShortHeader;
  std::uint64_t size = 0;  ///< header and content
};

std::uint64_t big_endian(const unsigned char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

/// The four characters of a type as words may show them.
std::string printable_type(const unsigned char* bytes) {
  std::string type;
  for (int i = 0; i < 4; ++i) type += bytes[i] >= 0x20 && bytes[i] < 0x7F ? static_cast<char>(bytes[i]) : '?';
  return type;
}

/// Reads the box at `offset`, of which `left` bytes are there.
Result<Box> read_box(const Descriptor& file, std::uint64_t offset, std::uint64_t left, const fs::path& path) {
  std::array<char, kLongHeader> raw{};
  auto got = read_at(kOperation, file, raw.data(), raw.size(), offset, path);
  if (!got) return got.error();
  std::array<unsigned char, kLongHeader> bytes{};
  for (std::size_t i = 0; i < raw.size(); ++i) bytes[i] = static_cast<unsigned char>(raw[i]);
  if (*got < kShortHeader) return bad(fmt::format("{} stray bytes at offset {}", left, offset));

  Box box{printable_type(bytes.data() + 4), kShortHeader, big_endian(bytes.data(), 4)};
  // Said before its size is looked at: of an error page or an image that would be a meaningless number.
  if (offset == 0 && box.type != "ftyp") {
    return bad(fmt::format("not an MP4: it begins with box {}, not ftyp", box.type));
  }
  if (box.size == 0) {
    box.size = left;  // "to the end of the file"
  } else if (box.size == 1) {
    if (*got < kLongHeader) return bad(fmt::format("cut short: in the header of box {}", box.type));
    box.header = kLongHeader;
    box.size = big_endian(bytes.data() + kShortHeader, 8);
  }
  if (box.size < box.header) {
    return bad(fmt::format("box {} at offset {} says it is {} bytes, its header alone is {}", box.type,
                           offset, box.size, box.header));
  }
  if (box.size > left) {
    return bad(fmt::format("cut short: box {} needs {} bytes, {} are left", box.type, box.size, left));
  }
  return box;
}

Result<std::uint64_t> size_of(const Descriptor& file, const fs::path& path) {
  struct stat found{};
  if (::fstat(file.get(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (!S_ISREG(found.st_mode)) return bad("not a regular file");
  if (found.st_size == 0) return bad("empty");
  return static_cast<std::uint64_t>(found.st_size);
}

}  // namespace

Result<void> check_mp4(const fs::path& path) {
  auto file = open_descriptor(kOperation, path, O_RDONLY | O_NONBLOCK);
  if (!file) return file.error();
  auto size = size_of(*file, path);
  if (!size) return size.error();

  bool has_moov = false;
  int boxes = 0;
  for (std::uint64_t offset = 0; offset < *size;) {
    auto box = read_box(*file, offset, *size - offset, path);
    if (!box) return box.error();
    has_moov = has_moov || box->type == "moov";
    offset += box->size;
    if (++boxes > kMaxBoxes) return bad(fmt::format("more than {} boxes", kMaxBoxes));
  }
  if (!has_moov) return bad("no box moov: a player could not open it");
  return {};
}

}  // namespace reeld::files
