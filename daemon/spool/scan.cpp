#include "daemon/spool/scan.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <tuple>

#include "daemon/files/descriptor.hpp"
#include "daemon/spool/names.hpp"

namespace reeld::spool {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "spool.scan";

bool is_older(const Arrival& a, const Arrival& b) {
  return std::tie(a.modified_ns, a.name) < std::tie(b.modified_ns, b.name);
}

Arrival arrival_of(std::string name, const struct stat& found) {
  Arrival arrival;
  arrival.name = std::move(name);
  arrival.inode = found.st_ino;
  arrival.size = found.st_size;
  arrival.modified_ns = found.st_mtim.tv_sec * 1'000'000'000LL + found.st_mtim.tv_nsec;
  arrival.is_folder = S_ISDIR(found.st_mode);
  arrival.is_regular = S_ISREG(found.st_mode);
  return arrival;
}

/// Drops all but the `most` oldest.
void cut(Scan& scan, std::size_t most) {
  if (scan.arrivals.size() <= most) return;
  auto& arrivals = scan.arrivals;
  std::nth_element(arrivals.begin(), arrivals.begin() + static_cast<std::ptrdiff_t>(most), arrivals.end(),
                   is_older);
  arrivals.resize(most);
  scan.is_cut = true;
}

}  // namespace

Result<Scan> scan_folder(const fs::path& folder, std::size_t most) {
  Scan scan;
  std::error_code failure;
  fs::directory_iterator entry(folder, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    std::string name = entry->path().filename().native();
    struct stat found{};
    if (!taken_format(name) || ::lstat(entry->path().c_str(), &found) != 0) continue;
    scan.arrivals.push_back(arrival_of(std::move(name), found));
    if (scan.arrivals.size() >= 2 * most) cut(scan, most);
  }
  if (failure) return errno_error(kOperation, failure.value(), folder.native());
  cut(scan, most);
  std::ranges::sort(scan.arrivals, is_older);
  return scan;
}

Writer find_writer(const fs::path& path) {
  auto file = files::open_descriptor(kOperation, path, O_RDONLY | O_NONBLOCK);
  if (!file) return Writer::kUnknown;
  // Whoever opens the file to write while the lease stands sends its holder a signal. That of this choice is
  // ignored unless a program asks for it; the usual one, SIGIO, would end the process.
  if (::fcntl(file->get(), F_SETSIG, SIGURG) != 0) return Writer::kUnknown;
  if (::fcntl(file->get(), F_SETLEASE, F_RDLCK) == 0) {
    ::fcntl(file->get(), F_SETLEASE, F_UNLCK);  // should it fail: closing the file ends the lease too
    return Writer::kNone;
  }
  return errno == EAGAIN ? Writer::kPresent : Writer::kUnknown;
}

}  // namespace reeld::spool
