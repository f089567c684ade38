#include "daemon/files/small_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "daemon/files/descriptor.hpp"

namespace reeld::files {

namespace {

constexpr std::string_view kOperation = "files.read_small_file";

/// Nothing where a file with this status may be read.
Result<void> check(const struct stat& found, std::uint64_t most, const std::filesystem::path& path) {
  if (!S_ISREG(found.st_mode)) {
    return Error{Errc::kConflict, kOperation, fmt::format("{}: is not a regular file", path.native())};
  }
  if (static_cast<std::uint64_t>(found.st_size) > most) {
    return Error{Errc::kConflict, kOperation,
                 fmt::format("{}: is larger than {} bytes", path.native(), most)};
  }
  return {};
}

}  // namespace

Result<std::string> read_small_file(const std::filesystem::path& path, std::uint64_t most) {
  struct stat found{};
  // Looked at before it is opened: opening a device can do things, and opening a pipe wakes its writer.
  if (::lstat(path.c_str(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (auto fine = check(found, most, path); !fine) return fine.error();
  auto file = open_descriptor(kOperation, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file) return file.error();
  if (::fstat(file->get(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (auto fine = check(found, most, path); !fine) return fine.error();
  std::string bytes(static_cast<std::size_t>(found.st_size), '\0');
  const auto got = read_at(kOperation, *file, bytes.data(), bytes.size(), 0, path);
  if (!got) return got.error();
  bytes.resize(*got);
  return bytes;
}

}  // namespace reeld::files
