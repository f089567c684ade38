#include "daemon/spool/claims.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "common/util/crash_point.hpp"
#include "common/util/uuid.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/spool/names.hpp"

namespace reeld::spool {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "spool.claim";
/// In each claim: the id of the queue that it was taken for.
constexpr std::string_view kMarker = ".queue";

std::string read_marker(const fs::path& path) {
  std::ifstream file(path);
  std::string queue_id;
  std::getline(file, queue_id);
  return queue_id;
}

/// Puts the file's bytes on the disk. What cannot be opened is refused later; here it only has to be moved.
Result<void> sync_bytes(const fs::path& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (!S_ISREG(found.st_mode) || ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) return {};
  auto synced = files::sync(path);
  if (!synced && synced.error().code == Errc::kConflict) return {};
  return synced;
}

}  // namespace

Result<void> take_file(const Layout& layout, const std::string& name, const BatchId& batch,
                       const std::string& queue_id) {
  const fs::path from = layout.incoming() / name;
  const fs::path to = layout.claim(batch) / name;
  if (auto synced = sync_bytes(from); !synced) return synced;
  if (auto made = files::make_directories(layout.claim(batch), kFolderMode); !made) return made;
  if (auto marked = files::write_durably(layout.claim(batch) / kMarker, queue_id, kFileMode); !marked)
    return marked;
  crash_point(crash::kTakeBefore);
  auto moved = files::move_durably(from, to);
  crash_point(crash::kTakeAfter);
  struct stat found{};
  // Over NFS a rename can happen and still be reported as failed; the one look that counts is whether it
  // arrived.
  if (!moved && ::lstat(to.c_str(), &found) == 0) return {};
  if (!moved) {
    if (auto cleared = clear_claim(layout, batch); !cleared) return cleared;
  }
  return moved;
}

Result<std::vector<BatchId>> list_claims(const Layout& layout) {
  std::vector<BatchId> claims;
  std::error_code failure;
  fs::directory_iterator entry(layout.claimed(), failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    if (is_uuid(entry->path().filename().native())) claims.emplace_back(entry->path().filename().native());
  }
  if (failure) return errno_error(kOperation, failure.value(), layout.claimed().native());
  std::ranges::sort(claims);
  return claims;
}

Result<ClaimedFile> claimed_file(const Layout& layout, const BatchId& batch, const std::string& queue_id) {
  ClaimedFile found;
  std::error_code failure;
  fs::directory_iterator entry(layout.claim(batch), failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    const std::string name = entry->path().filename().native();
    if (name == kMarker) {
      found.is_foreign = found.is_foreign || read_marker(entry->path()) != queue_id;
      continue;
    }
    found.is_foreign = found.is_foreign || !found.name.empty() || !taken_format(name);
    found.name = name;
  }
  if (failure.value() == ENOTDIR) return ClaimedFile{"", true};
  if (failure && failure.value() != ENOENT) {
    return errno_error(kOperation, failure.value(), layout.claim(batch).native());
  }
  return found;
}

Result<void> clear_claim(const Layout& layout, const BatchId& batch) {
  const fs::path folder = layout.claim(batch);
  if (auto unmarked = files::remove(folder / kMarker); !unmarked) return unmarked;
  if (::rmdir(folder.c_str()) != 0 && errno != ENOENT) {
    return errno_error(kOperation, errno, folder.native());
  }
  return {};
}

}  // namespace reeld::spool
