#include "daemon/files/beneath.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

namespace reeld::files {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "files.open_beneath";

Error refused(std::string words) {
  return Error{Errc::kBadInput, kOperation, std::move(words)};
}

/// A failed call as its caller's mistake where it is one: what is not there or locked will be so again.
Error refusal_of(int errno_value, const fs::path& path) {
  switch (errno_value) {
    case ENOENT:
      return refused("is not there");
    case EACCES:
    case EPERM:
      return refused("cannot be read by reeld: a mode on its way forbids it");
    case ENOTDIR:
    case ELOOP:
      return refused("leads through something that is no folder; symbolic links are never followed");
    case ENAMETOOLONG:
      return refused("has a name that is too long");
    default:
      return errno_error(kOperation, errno_value, path.native());
  }
}

/// Why a thing with this status must not be read; "" when it may be.
std::string why_not(const struct stat& found) {
  if (S_ISLNK(found.st_mode)) return "is a symbolic link, and links are never followed; name the file itself";
  if (!S_ISREG(found.st_mode)) return "is not a regular file (but a folder, a pipe, a socket or a device)";
  if (found.st_nlink != 1) {
    return fmt::format("has {} hard links, so that it may be somebody else's file; use a copy",
                       found.st_nlink);
  }
  return "";
}

/// Each folder is opened by its own name in the one before, so that none on the way can be a link.
Result<Descriptor> open_folder(const fs::path& root, const fs::path& folders) {
  constexpr int kFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  Descriptor folder(::open(root.c_str(), kFlags));
  if (!folder.is_open()) return refusal_of(errno, root);
  for (const fs::path& name : folders) {
    if (name == "..") return refused("leads out of its folder");
    Descriptor next(::openat(folder.get(), name.c_str(), kFlags | O_NOFOLLOW));
    if (!next.is_open()) return refusal_of(errno, root / folders);
    folder = std::move(next);
  }
  return folder;
}

}  // namespace

Result<Descriptor> open_beneath(const fs::path& root, const fs::path& relative) {
  const fs::path name = relative.filename();
  if (name.empty() || name == "." || name == "..") return refused("is not the path of a file");
  auto folder = open_folder(root, relative.parent_path());
  if (!folder) return folder.error();
  struct stat found{};
  // Looked at before it is opened: opening a device can do things, and opening a pipe wakes its writer.
  if (::fstatat(folder->get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
    return refusal_of(errno, root / relative);
  }
  if (auto words = why_not(found); !words.empty()) return refused(std::move(words));
  Descriptor file(
      ::openat(folder->get(), name.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) return refusal_of(errno, root / relative);
  if (::fstat(file.get(), &found) != 0) return errno_error(kOperation, errno, relative.native());
  if (auto words = why_not(found); !words.empty()) return refused(std::move(words));
  return file;
}

}  // namespace reeld::files
