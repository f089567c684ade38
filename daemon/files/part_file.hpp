#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "common/util/byte_sink.hpp"
#include "daemon/files/descriptor.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/files/pool.hpp"

namespace reeld::files {

/// A film while it arrives: `.GENERATION-N.part` in the folder where it will stand.
class PartFile final : public ByteSink {
 public:
  /// Opens or makes the file and cuts it to `keep` bytes (the last offset known to be synced), or to none
  /// where it is shorter than that: size() says which. kConflict: a link, or no regular file.
  static boost::asio::awaitable<Result<std::unique_ptr<PartFile>>> open(Pool& pool,
                                                                        std::filesystem::path path,
                                                                        std::uint64_t keep, mode_t mode);
  ~PartFile() override;
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  /// Appends.
  boost::asio::awaitable<Result<void>> write(std::string chunk) override;

  /// Forgets all bytes: the peer begins again from the start.
  boost::asio::awaitable<Result<void>> restart();

  /// Puts what was written on the disk; the offset up to which it now is.
  boost::asio::awaitable<Result<std::uint64_t>> sync();

  /// Syncs, then reads the whole file back: its size and digest as the disk has them.
  boost::asio::awaitable<Result<Digest>> finish();

  std::uint64_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  PartFile(Pool& pool, std::filesystem::path path, Descriptor file, std::uint64_t size);

  Pool& pool_;
  std::filesystem::path path_;
  Descriptor file_;
  std::uint64_t size_;
};

}  // namespace reeld::files
