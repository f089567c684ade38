#include "tests/hostile/mounts.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/support/files.hpp"

namespace reeld::test {

namespace fs = std::filesystem;

namespace {

bool write_text(const char* path, const std::string& text) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return ::close(file) == 0 && written;
}

/// Becomes root of a namespace in which this user and group stand for root's, and nobody else is known.
bool enter_user_namespace() {
  const std::string user = std::to_string(::geteuid());
  const std::string group = std::to_string(::getegid());
  // Without a group no file can be made; the kernel lets a user name it once groups cannot be changed.
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
         write_text("/proc/self/uid_map", "0 " + user + " 1") && write_text("/proc/self/setgroups", "deny") &&
         write_text("/proc/self/gid_map", "0 " + group + " 1");
}

bool enter_namespace() {
  const bool entered = ::geteuid() == 0 ? ::unshare(CLONE_NEWNS) == 0 : enter_user_namespace();
  return entered && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// Mounts one and makes a file there: the right to mount alone says little.
bool holds_files() {
  try {
    const TempDir dir;
    const fs::path folder = dir.path() / "disk";
    const SmallDisk disk(folder, 1);
    return (std::ofstream(folder / "file") << "text").flush().good();
  } catch (const std::exception&) {
    return false;
  }
}

void demand(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string(what) + ": errno " + std::to_string(errno));
}

}  // namespace

bool SmallDisk::possible() {
  static const bool kPossible = enter_namespace() && holds_files();
  return kPossible;
}

SmallDisk::SmallDisk(fs::path folder, int mib) : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  const std::string options = "mode=0750,size=" + std::to_string(mib) + "m";
  demand(::mount("tmpfs", folder_.c_str(), "tmpfs", 0, options.c_str()) == 0, "mount");
}

SmallDisk::~SmallDisk() {
  ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::set_read_only(bool read_only) {
  const unsigned long flags = MS_REMOUNT | (read_only ? MS_RDONLY : 0UL);
  demand(::mount("tmpfs", folder_.c_str(), "tmpfs", flags, nullptr) == 0, "remount");
}

void SmallDisk::fill_up_to(int free_kib) const {
  make_room();
  struct statvfs room{};
  demand(::statvfs(folder_.c_str(), &room) == 0, "statvfs");
  const off_t size = static_cast<off_t>(room.f_bavail * room.f_frsize) - off_t{free_kib} * 1024;
  const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  demand(file >= 0 && ::posix_fallocate(file, 0, size) == 0, "fill");
  ::close(file);
}

void SmallDisk::make_room() const {
  fs::remove(filler());
}

}  // namespace reeld::test
