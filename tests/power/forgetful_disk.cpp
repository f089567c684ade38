#include "tests/power/forgetful_disk.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace reeld::power {

namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The bytes at `offset`, as many as there are up to `size`, whatever the descriptor was opened for.
std::string read_range(int descriptor, off_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  ssize_t got = ::pread(descriptor, bytes.data(), size, offset);
  if (got < 0 && errno == EBADF) {
    const std::string self = "/proc/self/fd/" + std::to_string(descriptor);
    const int readable =
        static_cast<int>(::syscall(SYS_openat, AT_FDCWD, self.c_str(), O_RDONLY | O_CLOEXEC, 0));
    got = ::pread(readable, bytes.data(), size, offset);
    ::close(readable);
  }
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

ForgetfulDisk* ForgetfulDisk::from_environment() {
  Options options;
  options.below = variable("FORGETFUL_BELOW");
  if (options.below.empty()) return nullptr;
  options.count_file = variable("FORGETFUL_COUNT");
  const std::string at = variable("FORGETFUL_LOSS_AT");
  options.loss_at = std::atoi(at.c_str());
  options.after = at.ends_with('+');
  options.kind = variable("FORGETFUL_KIND") == "torn" ? Kind::kTorn : Kind::kStrict;
  const std::string lie = variable("FORGETFUL_LIE");
  options.lie = lie == "files" ? Lie::kFiles : lie == "folders" ? Lie::kFolders : Lie::kNone;
  options.seed = static_cast<unsigned>(std::atoi(variable("FORGETFUL_SEED").c_str()));
  return new ForgetfulDisk(std::move(options));
}

ForgetfulDisk::ForgetfulDisk(Options options)
    : options_(std::move(options)),
      graveyard_(options_.below.native() + ".forgotten"),
      chance_(options_.seed) {
  std::error_code failure;
  fs::create_directories(graveyard_, failure);
  know_tree(options_.below);
}

bool ForgetfulDisk::covers(const fs::path& path) const {
  const std::string& name = path.native();
  const std::string& root = options_.below.native();
  return name.starts_with(root) && (name.size() == root.size() || name[root.size()] == '/') &&
         !is_forgotten_anyway(path);
}

bool ForgetfulDisk::covers(int descriptor) const {
  struct stat found{};
  if (::fstat(descriptor, &found) != 0) return false;
  return files_.contains(key_of(found)) || covers(path_of(descriptor));
}

std::optional<struct stat> ForgetfulDisk::look(const fs::path& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
  return found;
}

fs::path ForgetfulDisk::path_of(int descriptor) {
  std::array<char, 4096> path{};
  const std::string self = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t size = ::readlink(self.c_str(), path.data(), path.size());
  return size <= 0 ? fs::path() : fs::path(std::string(path.data(), static_cast<std::size_t>(size)));
}

fs::path ForgetfulDisk::grave(const Key& key) const {
  return graveyard_ / (std::to_string(key.device) + "-" + std::to_string(key.inode));
}

ForgetfulDisk::Entries ForgetfulDisk::entries_of(const fs::path& folder) const {
  Entries entries;
  std::error_code failure;
  for (const auto& item : fs::directory_iterator(folder, failure)) {
    const auto found = look(item.path());
    if (!found || !covers(item.path()) || !(S_ISREG(found->st_mode) || S_ISDIR(found->st_mode))) continue;
    entries[item.path().filename()] = Entry{key_of(*found), S_ISDIR(found->st_mode), found->st_mode};
  }
  return entries;
}

/// What was there before the program started is on the disk.
void ForgetfulDisk::know_tree(const fs::path& folder) {
  safe_[folder] = entries_of(folder);
  for (const auto& [name, entry] : safe_[folder]) {
    if (entry.is_folder) {
      know_tree(folder / name);
    } else if (const auto found = look(folder / name)) {
      known(*found);
    }
  }
}

ForgetfulDisk::File& ForgetfulDisk::known(const struct stat& found) {
  return files_.try_emplace(key_of(found), File{{}, found.st_size}).first->second;
}

void ForgetfulDisk::record(int descriptor, Change change) {
  struct stat found{};
  if (::fstat(descriptor, &found) != 0) return;
  File& file = known(found);
  change.old_size = found.st_size;
  file.size = change.new_size;
  file.changes.push_back(std::move(change));
}

void ForgetfulDisk::before_write(int descriptor, off_t offset, const void* bytes, std::size_t size) {
  struct stat found{};
  if (size == 0 || ::fstat(descriptor, &found) != 0) return;
  const off_t end = offset + static_cast<off_t>(size);
  Change change{offset, {}, found.st_size, std::string(static_cast<const char*>(bytes), size), 0};
  change.new_size = std::max(end, found.st_size);
  if (offset < found.st_size) {
    change.was =
        read_range(descriptor, offset, static_cast<std::size_t>(std::min(end, found.st_size) - offset));
  }
  record(descriptor, std::move(change));
}

void ForgetfulDisk::before_truncate(int descriptor, off_t size) {
  struct stat found{};
  if (::fstat(descriptor, &found) != 0) return;
  Change change{size, {}, found.st_size, {}, size};
  if (size < found.st_size) {
    change.was = read_range(descriptor, size, static_cast<std::size_t>(found.st_size - size));
  }
  record(descriptor, std::move(change));
}

void ForgetfulDisk::opened(int descriptor, const fs::path& path, bool made) {
  struct stat found{};
  if (!covers(path) || ::fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode)) return;
  // A number that a file had which is gone may come again.
  if (made) files_.erase(key_of(found));
  known(found);
}

void ForgetfulDisk::moved(const fs::path& path) {
  const auto found = look(path);
  if (found && S_ISREG(found->st_mode)) known(*found);
}

void ForgetfulDisk::made_folder(const fs::path& path) {
  safe_[path].clear();
}

bool ForgetfulDisk::is_safe_anywhere(const Key& key) const {
  for (const auto& [folder, entries] : safe_) {
    for (const auto& [name, entry] : entries) {
      if (entry.key == key) return true;
    }
  }
  return false;
}

void ForgetfulDisk::before_removal(const fs::path& path) {
  const auto found = look(path);
  if (!found || !S_ISREG(found->st_mode) || !covers(path)) return;
  // Its folder still knows it: the file comes back if the power goes before that is synced.
  if (is_safe_anywhere(key_of(*found))) {
    ::syscall(SYS_linkat, AT_FDCWD, path.c_str(), AT_FDCWD, grave(key_of(*found)).c_str(), 0);
  }
}

void ForgetfulDisk::sync(int descriptor) {
  struct stat found{};
  if (::fstat(descriptor, &found) != 0) return;
  ++syncs_;
  if (syncs_ == options_.loss_at && !options_.after) lose_power();
  if (S_ISDIR(found.st_mode)) {
    const fs::path folder = path_of(descriptor);
    if (options_.lie != Lie::kFolders) safe_[folder] = entries_of(folder);
  } else if (options_.lie != Lie::kFiles) {
    known(found).changes.clear();
  }
  if (syncs_ == options_.loss_at) lose_power();
}

void ForgetfulDisk::write_count() const {
  if (options_.count_file.empty()) return;
  if (std::FILE* file = std::fopen(options_.count_file.c_str(), "w")) {
    std::fprintf(file, "%d\n", syncs_);
    std::fclose(file);
  }
}

}  // namespace reeld::power
