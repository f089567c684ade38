#include "daemon/files/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace reeld::files {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "files.part";

Result<void> truncate(const Descriptor& file, std::uint64_t size, const fs::path& path) {
  while (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
    if (errno != EINTR) return errno_error(kOperation, errno, path.native());
  }
  return {};
}

struct Opened {
  Descriptor file;
  std::uint64_t size = 0;
};

Result<Opened> open_part(const fs::path& path, std::uint64_t keep, mode_t mode) {
  auto file = open_descriptor(kOperation, path, O_RDWR | O_CREAT | O_NONBLOCK, mode);
  if (!file) return file.error();
  struct stat found{};
  if (::fstat(file->get(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (!S_ISREG(found.st_mode) || found.st_nlink != 1) {
    return Error{Errc::kConflict, kOperation, fmt::format("{}: is not a file of its own", path.native())};
  }
  if (::fchmod(file->get(), mode) != 0) return errno_error(kOperation, errno, path.native());
  // Shorter than what was synced: not the file that was left, so none of its bytes can be relied on.
  const std::uint64_t size = static_cast<std::uint64_t>(found.st_size) < keep ? 0 : keep;
  if (auto cut = truncate(*file, size, path); !cut) return cut.error();
  return Opened{std::move(*file), size};
}

}  // namespace

PartFile::PartFile(Pool& pool, fs::path path, Descriptor file, std::uint64_t size)
    : pool_(pool), path_(std::move(path)), file_(std::move(file)), size_(size) {}

PartFile::~PartFile() = default;

asio::awaitable<Result<std::unique_ptr<PartFile>>> PartFile::open(Pool& pool, fs::path path,
                                                                  std::uint64_t keep, mode_t mode) {
  std::function<Result<Opened>()> work = [path, keep, mode] { return open_part(path, keep, mode); };
  auto opened = co_await pool.run(std::move(work));
  if (!opened) co_return opened.error();
  co_return std::unique_ptr<PartFile>(
      new PartFile(pool, std::move(path), std::move(opened->file), opened->size));
}

asio::awaitable<Result<void>> PartFile::write(std::string chunk) {
  const std::uint64_t added = chunk.size();
  std::function<Result<void>()> work = [this, chunk = std::move(chunk)] {
    return write_at(kOperation, file_, chunk, size_, path_);
  };
  auto written = co_await pool_.run(std::move(work));
  if (written) size_ += added;
  co_return written;
}

asio::awaitable<Result<void>> PartFile::restart() {
  std::function<Result<void>()> work = [this] { return truncate(file_, 0, path_); };
  auto cut = co_await pool_.run(std::move(work));
  if (cut) size_ = 0;
  co_return cut;
}

asio::awaitable<Result<std::uint64_t>> PartFile::sync() {
  std::function<Result<std::uint64_t>()> work = [this]() -> Result<std::uint64_t> {
    if (auto synced = sync_descriptor(kOperation, file_, path_); !synced) return synced.error();
    return size_;
  };
  co_return co_await pool_.run(std::move(work));
}

asio::awaitable<Result<Digest>> PartFile::finish() {
  std::function<Result<Digest>()> work = [this]() -> Result<Digest> {
    // A write that failed half way may have left bytes behind the last whole one.
    if (auto cut = truncate(file_, size_, path_); !cut) return cut.error();
    if (auto synced = sync_descriptor(kOperation, file_, path_); !synced) return synced.error();
    return digest(path_);
  };
  co_return co_await pool_.run(std::move(work));
}

}  // namespace reeld::files
