#include "daemon/files/durable.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "common/util/crash_point.hpp"
#include "daemon/files/rename.hpp"

namespace reeld::files {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxName = 255;

/// Where the bytes for `target` wait. A name that would become too long is cut: only this writer knows it.
fs::path waiting_path(const fs::path& target) {
  static constexpr std::string_view kEnding = ".tmp";
  std::string name = "." + target.filename().native();
  name.resize(std::min(name.size(), kMaxName - kEnding.size()));
  return target.parent_path() / (name + std::string(kEnding));
}

/// Another thread, or a run that was killed, may have made the folder and not synced it yet: what is stored
/// in it must not depend on that. Where this user can make none, nobody has.
Result<void> sync_others(const fs::path& folder) {
  const fs::path parent = folder.parent_path().empty() ? fs::path(".") : folder.parent_path();
  if (::access(parent.c_str(), R_OK | W_OK) != 0) return {};
  return sync_parent("files.make_directories", folder);
}

Result<void> make_directory(const fs::path& folder, mode_t mode) {
  static constexpr std::string_view kOperation = "files.make_directories";
  // Only these bits count here, and a service that may not set the others may not even name them.
  if (::mkdir(folder.c_str(), mode & 0777) != 0) {
    struct stat there{};
    if (errno != EEXIST) return errno_error(kOperation, errno, folder.native());
    if (::stat(folder.c_str(), &there) == 0 && S_ISDIR(there.st_mode)) return sync_others(folder);
    return Error{Errc::kConflict, kOperation, fmt::format("{}: is there and not a folder", folder.native())};
  }
  auto made = open_descriptor(kOperation, folder, O_RDONLY | O_DIRECTORY);
  if (!made) return made.error();
  if (::fchmod(made->get(), mode) != 0) {
    const int why = errno;
    ::rmdir(folder.c_str());  // else it would pass for right the next time
    return errno_error(kOperation, why, fmt::format("{} with mode {:04o}", folder.native(), mode));
  }
  return sync_parent(kOperation, folder);
}

}  // namespace

Result<void> make_directories(const fs::path& folder, mode_t mode) {
  const fs::path plain = folder.has_filename() ? folder : folder.parent_path();
  struct stat there{};
  if (::stat(plain.c_str(), &there) != 0 && errno == ENOENT && plain.has_parent_path()) {
    if (auto parent = make_directories(plain.parent_path(), mode); !parent) return parent;
  }
  return make_directory(plain, mode);
}

DurableWriter::DurableWriter(fs::path target, fs::path waiting, Descriptor file)
    : target_(std::move(target)), waiting_(std::move(waiting)), file_(std::move(file)) {}

DurableWriter::~DurableWriter() {
  // Best effort: what stays behind is taken away by the next writer of this target.
  if (!waiting_.empty()) ::unlink(waiting_.c_str());
}

Result<std::unique_ptr<DurableWriter>> DurableWriter::open(fs::path target, mode_t mode) {
  static constexpr std::string_view kOperation = "files.write_durably";
  fs::path waiting = waiting_path(target);
  // Never opened when it exists already: it could be somebody's hard link to a file of theirs.
  if (auto gone = files::remove(waiting); !gone) return gone.error();
  auto file = open_descriptor(kOperation, waiting, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!file) return file.error();
  std::unique_ptr<DurableWriter> writer(
      new DurableWriter(std::move(target), std::move(waiting), std::move(*file)));
  if (::fchmod(writer->file_.get(), mode) != 0) {
    return errno_error(kOperation, errno, writer->waiting_.native());
  }
  return writer;
}

Result<void> DurableWriter::write(std::string_view bytes) {
  auto written = write_at("files.write_durably", file_, bytes, size_, waiting_);
  if (written) size_ += bytes.size();
  return written;
}

Result<void> DurableWriter::commit() {
  static constexpr std::string_view kOperation = "files.write_durably";
  if (auto synced = sync_descriptor(kOperation, file_, waiting_); !synced) return synced;
  if (auto closed = file_.close(kOperation, waiting_); !closed) return closed;
  crash_point(crash::kRenameBefore, kOperation);
  if (::rename(waiting_.c_str(), target_.c_str()) != 0) {
    return errno_error(kOperation, errno, target_.native());
  }
  crash_point(crash::kRenameAfter, kOperation);
  waiting_.clear();
  return sync_parent(kOperation, target_);
}

Result<void> write_durably(const fs::path& target, std::string_view bytes, mode_t mode) {
  auto writer = DurableWriter::open(target, mode);
  if (!writer) return writer.error();
  if (auto written = (*writer)->write(bytes); !written) return written;
  return (*writer)->commit();
}

Result<void> move_durably(const fs::path& from, const fs::path& to) {
  static constexpr std::string_view kOperation = "files.move_durably";
  crash_point(crash::kRenameBefore, kOperation);
  if (auto moved = rename_without_replacing(from, to); !moved) return moved;
  crash_point(crash::kRenameAfter, kOperation);
  if (auto synced = sync_parent(kOperation, to); !synced) return synced;
  if (from.parent_path() == to.parent_path()) return {};
  return sync_parent(kOperation, from);
}

Result<void> sync(const fs::path& path) {
  static constexpr std::string_view kOperation = "files.sync";
  // O_NONBLOCK: opening a pipe that somebody planted must not wait for its writer.
  auto file = open_descriptor(kOperation, path, O_RDONLY | O_NONBLOCK);
  if (!file) return file.error();
  return sync_descriptor(kOperation, *file, path);
}

Result<void> remove(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return errno_error("files.remove", errno, path.native());
  }
  return {};
}

Result<std::uintmax_t> free_bytes(const fs::path& path) {
  struct statvfs found{};
  while (::statvfs(path.c_str(), &found) != 0) {
    if (errno != EINTR) return errno_error("files.free_bytes", errno, path.native());
  }
  return static_cast<std::uintmax_t>(found.f_bavail) * found.f_frsize;
}

}  // namespace reeld::files
