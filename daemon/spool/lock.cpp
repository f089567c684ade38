#include "daemon/spool/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "daemon/spool/layout.hpp"

namespace reeld::spool {

namespace {

constexpr std::string_view kOperation = "spool.lock";

Error held_elsewhere(const files::Descriptor& file, const std::filesystem::path& dir,
                     const std::filesystem::path& path) {
  std::array<char, 16> pid{};
  auto got = files::read_at(kOperation, file, pid.data(), pid.size(), 0, path);
  std::string holder(pid.data(), got ? *got : 0);
  holder.erase(std::min(holder.find_first_not_of("0123456789"), holder.size()));
  return Error{
      Errc::kConflict, kOperation,
      fmt::format(
          "the spool {} is in use by process {}: end that one, or give this one a spool.dir of its own",
          dir.native(), holder.empty() ? "?" : holder)};
}

}  // namespace

Result<std::unique_ptr<SpoolLock>> SpoolLock::take(const std::filesystem::path& dir) {
  const auto path = dir / ".lock";
  auto file = files::open_descriptor(kOperation, path, O_RDWR | O_CREAT | O_NONBLOCK, kFileMode);
  if (!file) return file.error();
  while (::flock(file->get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return held_elsewhere(*file, dir, path);
    if (errno != EINTR) return errno_error(kOperation, errno, path.native());
  }
  if (::ftruncate(file->get(), 0) != 0) return errno_error(kOperation, errno, path.native());
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (auto written = files::write_at(kOperation, *file, pid, 0, path); !written) return written.error();
  return std::unique_ptr<SpoolLock>(new SpoolLock(std::move(*file)));
}

}  // namespace reeld::spool
