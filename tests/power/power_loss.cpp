// What is left when the power is gone.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <vector>

#include "tests/power/forgetful_disk.hpp"

namespace reeld::power {

namespace fs = std::filesystem;

namespace {

constexpr auto kMode = 0600;

void write_all(int descriptor, const std::string& bytes, off_t offset) {
  if (::syscall(SYS_pwrite64, descriptor, bytes.data(), bytes.size(), offset) !=
      static_cast<long>(bytes.size())) {
    std::perror("forgetful: a file cannot be taken back");
  }
}

}  // namespace

void ForgetfulDisk::lose_power() {
  complain_of_unseen();
  for (const auto& [key, file] : files_) {
    if (!file.changes.empty()) take_back_bytes(key, file);
  }
  if (options_.kind == Kind::kStrict) restore_names();
  std::fprintf(stderr, "forgetful: the power is gone at sync point %d\n", syncs_);
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

/// A change that went past the interposed functions would be kept, and a test that passes would prove
/// nothing. Files that other programs drop into the spool are theirs to sync.
void ForgetfulDisk::complain_of_unseen() {
  for (const auto& item : fs::recursive_directory_iterator(options_.below)) {
    const auto found = look(item.path());
    if (!found || !S_ISREG(found->st_mode) || is_forgotten_anyway(item.path())) continue;
    const auto file = files_.find(key_of(*found));
    const fs::path folder = item.path().parent_path();
    if (file == files_.end() && folder.filename() == "incoming") {
      safe_[folder][item.path().filename()] = Entry{key_of(*found), false, found->st_mode};
    } else if (file == files_.end()) {
      std::fprintf(stderr, "forgetful: not seen: %s\n", item.path().c_str());
    } else if (file->second.size != found->st_size) {
      std::fprintf(stderr, "forgetful: a write was not seen: %s\n", item.path().c_str());
    }
  }
}

void ForgetfulDisk::take_back_bytes(const Key& key, const File& file) {
  fs::path path = grave(key);
  if (!look(path)) {
    path.clear();
    for (const auto& item : fs::recursive_directory_iterator(options_.below)) {
      const auto found = look(item.path());
      if (found && key_of(*found) == key) path = item.path();
    }
  }
  if (path.empty()) return;
  const int descriptor =
      static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_WRONLY | O_CLOEXEC, kMode));
  for (auto change = file.changes.rbegin(); change != file.changes.rend(); ++change) {
    write_all(descriptor, change->was, change->offset);
    ::syscall(SYS_ftruncate, descriptor, change->old_size);
  }
  for (const Change& change : file.changes) {
    chance_ = chance_ * 6364136223846793005U + 1442695040888963407U;
    if (options_.kind == Kind::kStrict || chance_ >> 63 != 0) continue;
    if (change.is.empty()) {
      ::syscall(SYS_ftruncate, descriptor, change.new_size);
    } else {
      write_all(descriptor, change.is, change.offset);
    }
  }
  ::close(descriptor);
}

/// Every folder gets back the entries that it had when it was synced last.
void ForgetfulDisk::restore_names() {
  std::map<Key, fs::path> last_names;
  for (const auto& item : fs::recursive_directory_iterator(options_.below)) {
    if (const auto found = look(item.path())) last_names[key_of(*found)] = item.path();
  }
  bury(options_.below);
  raise(options_.below, last_names);
}

/// Takes every file and every unsafe folder away.
void ForgetfulDisk::bury(const fs::path& folder) {
  std::vector<fs::path> items;
  for (const auto& item : fs::directory_iterator(folder)) items.push_back(item.path());
  const Entries& safe = safe_[folder];
  for (const fs::path& item : items) {
    const auto found = look(item);
    if (!found) continue;
    if (S_ISDIR(found->st_mode)) {
      bury(item);
      if (!safe.contains(item.filename())) fs::remove_all(item);
    } else if (!S_ISREG(found->st_mode)) {
      continue;
    } else if (is_forgotten_anyway(item)) {
      ::syscall(SYS_unlinkat, AT_FDCWD, item.c_str(), 0);
    } else {
      ::syscall(SYS_renameat2, AT_FDCWD, item.c_str(), AT_FDCWD, grave(key_of(*found)).c_str(), 0);
    }
  }
}

/// Puts back what is safe. Where a file moved from one folder to another and only the new one was synced, the
/// old entry goes with it: a rename is one step in every journal, so that no file ever stands at two places.
void ForgetfulDisk::raise(const fs::path& folder, const std::map<Key, fs::path>& last_names) {
  for (const auto& [name, entry] : safe_[folder]) {
    const fs::path path = folder / name;
    if (entry.is_folder) {
      if (!look(path)) ::syscall(SYS_mkdirat, AT_FDCWD, path.c_str(), entry.mode & 07777U);
      raise(path, last_names);
      continue;
    }
    const auto last = last_names.find(entry.key);
    const bool moved_on = last != last_names.end() && last->second != path;
    if (moved_on) {
      const Entries& there = safe_[last->second.parent_path()];
      const auto arrived = there.find(last->second.filename());
      if (arrived != there.end() && arrived->second.key == entry.key) continue;
    }
    if (::syscall(SYS_renameat2, AT_FDCWD, grave(entry.key).c_str(), AT_FDCWD, path.c_str(), 0) != 0) {
      std::fprintf(stderr, "forgetful: cannot bring back %s\n", path.c_str());
    }
  }
}

}  // namespace reeld::power
