#include "daemon/files/descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/util/crash_point.hpp"

namespace reeld::files {

namespace fs = std::filesystem;

namespace {

Result<Descriptor> open_with(std::string_view operation, const fs::path& path, int flags, mode_t mode) {
  for (;;) {
    const int number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (number >= 0) return Descriptor(number);
    if (errno == ELOOP && (flags & O_NOFOLLOW) != 0) {
      return Error{Errc::kConflict, operation, fmt::format("{}: is a symbolic link", path.native())};
    }
    if (errno != EINTR) return errno_error(operation, errno, path.native());
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (number_ >= 0) ::close(number_);
    number_ = other.release();
  }
  return *this;
}

int Descriptor::release() {
  return std::exchange(number_, -1);
}

Result<void> Descriptor::close(std::string_view operation, const fs::path& path) {
  // On Linux the descriptor is gone also after EINTR; closing again could hit another thread's file.
  if (number_ >= 0 && ::close(release()) != 0 && errno != EINTR) {
    return errno_error(operation, errno, path.native());
  }
  return {};
}

Result<Descriptor> open_descriptor(std::string_view operation, const fs::path& path, int flags, mode_t mode) {
  return open_with(operation, path, flags | O_NOFOLLOW, mode);
}

Result<void> write_at(std::string_view operation, const Descriptor& file, std::string_view bytes,
                      std::uint64_t offset, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno_error(operation, errno, path.native());
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<std::size_t> read_at(std::string_view operation, const Descriptor& file, char* buffer,
                            std::size_t size, std::uint64_t offset, const fs::path& path) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(file.get(), buffer + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(operation, errno, path.native());
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<void> sync_descriptor(std::string_view operation, const Descriptor& file, const fs::path& path) {
  crash_point(crash::kSyncBefore, operation);
  while (::fsync(file.get()) != 0) {
    if (errno != EINTR) return errno_error(operation, errno, path.native());
  }
  crash_point(crash::kSyncAfter, operation);
  return {};
}

Result<void> sync_parent(std::string_view operation, const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  auto opened = open_with(operation, folder, O_RDONLY | O_DIRECTORY, 0);
  if (!opened) return opened.error();
  crash_point(crash::kSyncFolderBefore, operation);
  // Some network filesystems have no fsync of folders (EINVAL): their renames are as durable as they get.
  while (::fsync(opened->get()) != 0 && errno != EINVAL) {
    if (errno != EINTR) return errno_error(operation, errno, folder.native());
  }
  crash_point(crash::kSyncFolderAfter, operation);
  return {};
}

}  // namespace reeld::files
