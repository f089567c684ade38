#include "daemon/files/rename.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>  // renameat2
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace reeld::files {

namespace fs = std::filesystem;

namespace {

Error move_error(int errno_value, const fs::path& from, const fs::path& to) {
  return errno_error("files.move_durably", errno_value, fmt::format("{} to {}", from.native(), to.native()));
}

/// True for a filesystem without hard links, and for a file of which the kernel allows us none (another
/// owner's).
bool lacks_links(int errno_value) {
  return errno_value == EPERM || errno_value == EOPNOTSUPP || errno_value == ENOSYS;
}

}  // namespace

Result<void> rename_without_replacing(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EINVAL || errno == ENOSYS) return link_and_unlink(from, to);
  return move_error(errno, from, to);
}

Result<void> link_and_unlink(const fs::path& from, const fs::path& to) {
  if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) != 0) {
    return lacks_links(errno) ? look_and_rename(from, to) : move_error(errno, from, to);
  }
  if (::unlink(from.c_str()) != 0) return move_error(errno, from, to);
  return {};
}

Result<void> look_and_rename(const fs::path& from, const fs::path& to) {
  struct stat there{};
  if (::lstat(to.c_str(), &there) == 0) return move_error(EEXIST, from, to);
  if (errno != ENOENT) return move_error(errno, from, to);
  if (::rename(from.c_str(), to.c_str()) != 0) return move_error(errno, from, to);
  return {};
}

}  // namespace reeld::files
