#include "tests/hostile/mounts.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>

namespace reeld::test {

namespace fs = std::filesystem;

namespace {

bool write_text(const char* path, const std::string& text) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return ::close(file) == 0 && written;
}

bool enter_namespace() {
  const uid_t user = ::geteuid();
  if (user == 0 && ::unshare(CLONE_NEWNS) != 0) return false;
  if (user != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    if (!write_text("/proc/self/uid_map", "0 " + std::to_string(user) + " 1")) return false;
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

void demand(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string(what) + ": errno " + std::to_string(errno));
}

}  // namespace

bool SmallDisk::possible() {
  static const bool kPossible = enter_namespace();
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
