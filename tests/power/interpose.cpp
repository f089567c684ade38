// Loaded before the C library (LD_PRELOAD): the calls by which a program changes files, as
// libreeld-forgetful.so sees them. Everything goes to the kernel; the disk is told of what concerns it.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

#include "tests/power/forgetful_disk.hpp"

namespace {

namespace fs = std::filesystem;
using reeld::power::ForgetfulDisk;

/// Null outside of the program that is tested, and while it is being made. Never destroyed: threads may write
/// to the end.
ForgetfulDisk* the_disk = nullptr;

ForgetfulDisk* disk() {
  return the_disk;
}

__attribute__((constructor)) void make_disk() {
  the_disk = ForgetfulDisk::from_environment();
  if (the_disk != nullptr) std::atexit([] { the_disk->write_count(); });
}

/// `path` as the kernel will read it, without dots. Folders below the disk's are no symbolic links.
fs::path full(int folder, const char* path) {
  const fs::path given(path);
  if (given.is_absolute()) return given.lexically_normal();
  if (folder == AT_FDCWD) return (fs::current_path() / given).lexically_normal();
  std::array<char, 4096> base{};
  const std::string self = "/proc/self/fd/" + std::to_string(folder);
  const ssize_t size = ::readlink(self.c_str(), base.data(), base.size() - 1);
  return size < 0 ? given : (fs::path(base.data()) / given).lexically_normal();
}

fs::path without_slash(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

int open_file(int folder, const char* path, int flags, mode_t mode) {
  const auto really = [&] {
    return static_cast<int>(::syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode));
  };
  const bool changes = (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_ACCMODE) != O_RDONLY;
  if (disk() == nullptr || !changes) return really();
  const fs::path where = full(folder, path);
  if (!disk()->covers(where)) return really();
  const std::lock_guard lock(disk()->mutex());
  struct stat before{};
  const bool was_there = ::lstat(where.c_str(), &before) == 0;
  if ((flags & O_TRUNC) != 0 && was_there) {
    std::fprintf(stderr, "forgetful: a write was not seen: O_TRUNC of %s\n", where.c_str());
  }
  const int descriptor = really();
  if (descriptor >= 0) {
    const int kept = errno;
    disk()->opened(descriptor, where, !was_there);
    errno = kept;
  }
  return descriptor;
}

mode_t mode_of(int flags, va_list arguments) {
  const bool given = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return given ? va_arg(arguments, mode_t) : 0;
}

ssize_t write_at(int descriptor, const void* bytes, std::size_t size, off_t offset) {
  if (disk() == nullptr) return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset);
  const std::lock_guard lock(disk()->mutex());
  if (disk()->covers(descriptor)) disk()->before_write(descriptor, offset, bytes, size);
  return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}

ssize_t write_on(int descriptor, const void* bytes, std::size_t size) {
  if (disk() == nullptr) return ::syscall(SYS_write, descriptor, bytes, size);
  const std::lock_guard lock(disk()->mutex());
  if (disk()->covers(descriptor)) {
    const bool appends = (::fcntl(descriptor, F_GETFL) & O_APPEND) != 0;
    disk()->before_write(descriptor, ::lseek(descriptor, 0, appends ? SEEK_END : SEEK_CUR), bytes, size);
  }
  return ::syscall(SYS_write, descriptor, bytes, size);
}

/// Piece by piece, so that each is seen.
ssize_t write_pieces(int descriptor, const iovec* pieces, int count, off_t offset) {
  ssize_t total = 0;
  for (int i = 0; i < count; ++i) {
    const ssize_t written = offset < 0
                                ? write_on(descriptor, pieces[i].iov_base, pieces[i].iov_len)
                                : write_at(descriptor, pieces[i].iov_base, pieces[i].iov_len, offset + total);
    if (written < 0) return total > 0 ? total : written;
    total += written;
    if (static_cast<std::size_t>(written) < pieces[i].iov_len) break;
  }
  return total;
}

int truncate_to(int descriptor, off_t size) {
  if (disk() == nullptr) return static_cast<int>(::syscall(SYS_ftruncate, descriptor, size));
  const std::lock_guard lock(disk()->mutex());
  if (disk()->covers(descriptor)) disk()->before_truncate(descriptor, size);
  return static_cast<int>(::syscall(SYS_ftruncate, descriptor, size));
}

int sync_file(long call, int descriptor) {
  if (disk() == nullptr) return static_cast<int>(::syscall(call, descriptor));
  const std::lock_guard lock(disk()->mutex());
  // Where the disk takes care of it, the real one need not be waited for.
  if (!disk()->covers(descriptor)) return static_cast<int>(::syscall(call, descriptor));
  disk()->sync(descriptor);
  return 0;
}

int rename_file(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  const auto really = [&] {
    return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
  };
  if (disk() == nullptr) return really();
  const std::lock_guard lock(disk()->mutex());
  const fs::path target = full(to_folder, to);
  if (disk()->covers(target) && flags == 0) disk()->before_removal(target);
  const int result = really();
  const int kept = errno;
  if (result == 0 && disk()->covers(target)) disk()->moved(target);
  errno = kept;
  return result;
}

int remove_entry(int folder, const char* path, int flags) {
  if (disk() == nullptr) return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
  const std::lock_guard lock(disk()->mutex());
  disk()->before_removal(full(folder, path));
  return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}

int make_folder(int folder, const char* path, mode_t mode) {
  const int result = static_cast<int>(::syscall(SYS_mkdirat, folder, path, mode));
  if (result != 0 || disk() == nullptr) return result;
  const std::lock_guard lock(disk()->mutex());
  const fs::path made = without_slash(full(folder, path));
  if (disk()->covers(made)) disk()->made_folder(made);
  return result;
}

}  // namespace

extern "C" {

#define OPENS(name)                                \
  int name(const char* path, int flags, ...) {     \
    va_list arguments;                             \
    va_start(arguments, flags);                    \
    const mode_t mode = mode_of(flags, arguments); \
    va_end(arguments);                             \
    return open_file(AT_FDCWD, path, flags, mode); \
  }
OPENS(open)
OPENS(open64)
#undef OPENS

#define OPENS_AT(name)                                     \
  int name(int folder, const char* path, int flags, ...) { \
    va_list arguments;                                     \
    va_start(arguments, flags);                            \
    const mode_t mode = mode_of(flags, arguments);         \
    va_end(arguments);                                     \
    return open_file(folder, path, flags, mode);           \
  }
OPENS_AT(openat)
OPENS_AT(openat64)
#undef OPENS_AT

ssize_t write(int file, const void* bytes, size_t size) {
  return write_on(file, bytes, size);
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  return write_at(file, bytes, size, offset);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
  return write_at(file, bytes, size, offset);
}
ssize_t pwritev(int file, const iovec* pieces, int count, off_t offset) {
  return write_pieces(file, pieces, count, offset);
}
ssize_t writev(int file, const iovec* pieces, int count) {
  const bool ours = disk() != nullptr && disk()->covers(file);
  return ours ? write_pieces(file, pieces, count, -1) : ::syscall(SYS_writev, file, pieces, count);
}

int ftruncate(int file, off_t size) noexcept {
  return truncate_to(file, size);
}
int ftruncate64(int file, off64_t size) noexcept {
  return truncate_to(file, size);
}

int fsync(int file) {
  return sync_file(SYS_fsync, file);
}
int fdatasync(int file) {
  return sync_file(SYS_fdatasync, file);
}

int rename(const char* from, const char* to) noexcept {
  return rename_file(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return rename_file(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
  return rename_file(from_folder, from, to_folder, to, flags);
}

int unlink(const char* path) noexcept {
  return remove_entry(AT_FDCWD, path, 0);
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  return remove_entry(folder, path, flags);
}
int rmdir(const char* path) noexcept {
  return remove_entry(AT_FDCWD, path, AT_REMOVEDIR);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return make_folder(AT_FDCWD, path, mode);
}
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  return make_folder(folder, path, mode);
}

}  // extern "C"
