#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "daemon/cli/doctor/checks.hpp"
#include "daemon/files/descriptor.hpp"
#include "daemon/files/durable.hpp"

namespace reeld::cli::checks {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uintmax_t kMiB = 1U << 20;
/// The queue's log alone may need that much.
constexpr std::uintmax_t kLeastForQueue = 256 * kMiB;
constexpr auto kSlowSync = 50ms;

/// The nearest folder that is there: the others are made by `reeld serve`.
fs::path existing(fs::path folder) {
  std::error_code failed;
  while (!fs::exists(folder, failed) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

void check_room(const fs::path& folder, std::string_view what, std::uintmax_t least, Findings& findings) {
  const auto free = files::free_bytes(folder);
  if (!free) return findings.problem("disk", fmt::format("{}: {}", folder.string(), free.error().detail));
  const std::string words = fmt::format("{} MiB are free for {} ({})", *free / kMiB, what, folder.string());
  if (*free < least) {
    findings.problem("disk", fmt::format("{}, and {} MiB must be; make room, or nothing more is rendered",
                                         words, least / kMiB));
  } else if (*free < 2 * least) {
    findings.warning("disk", words + "; that is little");
  } else {
    findings.ok("disk", words);
  }
}

/// The median time of some small writes that are on the disk when they return.
Result<std::chrono::microseconds> measure_sync(const fs::path& folder) {
  static constexpr std::string_view kOperation = "doctor.sync";
  const fs::path path = folder / fmt::format(".reeld-doctor.{}", ::getpid());
  auto file = files::open_descriptor(kOperation, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!file) return file.error();
  // It needs no name any more, and leaves nothing behind.
  ::unlink(path.c_str());
  std::array<std::chrono::microseconds, 7> rounds{};
  const std::string page(4096, 'r');
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    const auto began = std::chrono::steady_clock::now();
    if (auto written = files::write_at(kOperation, *file, page, i * page.size(), path); !written)
      return written.error();
    if (::fdatasync(file->get()) != 0) return errno_error(kOperation, errno, path.string());
    rounds.at(i) =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
  }
  std::ranges::sort(rounds);
  return rounds[rounds.size() / 2];
}

void check_sync(const fs::path& folder, std::string_view what, Findings& findings) {
  const auto median = measure_sync(folder);
  if (!median) {
    return findings.problem("fdatasync",
                            fmt::format("{} cannot be written: {}", folder.string(), median.error().detail));
  }
  const std::string words = fmt::format("{:.1f} ms for {} ({})",
                                        static_cast<double>(median->count()) / 1000.0, what, folder.string());
  if (*median <= kSlowSync) return findings.ok("fdatasync", words);
  findings.warning("fdatasync", words + ": each change of a job waits for that; put it on a faster disk");
}

}  // namespace

void check_disks(const Config& config, const fs::path& database, bool thorough, Findings& findings) {
  const fs::path queue = existing(database.parent_path());
  const fs::path results = existing(config.results.dir);
  check_room(queue, "the queue", kLeastForQueue, findings);
  check_room(results, "results", static_cast<std::uintmax_t>(config.results.min_free_mib) * kMiB, findings);
  if (!thorough) return;
  check_sync(queue, "the queue", findings);
  check_sync(results, "results", findings);
}

}  // namespace reeld::cli::checks
