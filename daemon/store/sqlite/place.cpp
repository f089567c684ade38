// Where a queue may live, and who may write it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "daemon/store/open.hpp"

namespace reeld::store {

Result<std::filesystem::path> database_file(const std::string& url) {
  static constexpr std::string_view kScheme = "sqlite://";
  if (!url.starts_with(kScheme)) {
    return Error{Errc::kBadInput, "store.url",
                 fmt::format("store.url \"{}\" does not begin with sqlite://", url)};
  }
  std::filesystem::path file = url.substr(kScheme.size());
  if (!file.is_absolute()) {
    return Error{Errc::kBadInput, "store.url",
                 fmt::format("store.url \"{}\" needs an absolute path: sqlite:///DIR/FILE", url)};
  }
  return file;
}

Result<long> filesystem_type(const std::filesystem::path& path) {
  struct statfs info{};
  if (::statfs(path.c_str(), &info) != 0) return errno_error("store.statfs", errno, path.string());
  return static_cast<long>(info.f_type);
}

Result<std::uintmax_t> free_bytes(const std::filesystem::path& path) {
  std::error_code failed;
  const std::filesystem::space_info space = std::filesystem::space(path, failed);
  if (failed) return errno_error("store.free_bytes", failed.value(), path.string());
  return space.available;
}

QueueLock::QueueLock(QueueLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

QueueLock::~QueueLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

namespace {

std::string read_holder(int descriptor) {
  std::array<char, 32> text{};
  const auto size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "unknown" : pid;
}

}  // namespace

Result<QueueLock> QueueLock::take(const std::filesystem::path& database) {
  const std::string file = database.string() + ".lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return errno_error("store.lock", errno, file);
  QueueLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return errno_error("store.lock", errno, file);
    return Error{
        Errc::kConflict, "store.lock",
        fmt::format(
            "the queue {} is in use by process {}: end that one, or give this one a data_dir of its own",
            database.string(), read_holder(descriptor))};
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) {
    return errno_error("store.lock", errno, file);
  }
  return lock;
}

}  // namespace reeld::store
