#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "common/util/error.hpp"

/// System calls on descriptors, with interruptions retried and errors as Result. Blocking: for the Pool.
namespace reeld::files {

/// Owns an open file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

  /// Hands the number to somebody who closes it.
  int release();

  /// Closes and says whether that failed: a network filesystem may report a lost write only now.
  Result<void> close(std::string_view operation, const std::filesystem::path& path);

 private:
  int number_ = -1;
};

/// open(2), always close-on-exec and never through a symlink: one at `path` is kConflict.
Result<Descriptor> open_descriptor(std::string_view operation, const std::filesystem::path& path, int flags,
                                   mode_t mode = 0);

/// Writes all bytes at an offset.
Result<void> write_at(std::string_view operation, const Descriptor& file, std::string_view bytes,
                      std::uint64_t offset, const std::filesystem::path& path);

/// Reads up to `size` bytes at an offset; fewer only at the end of the file.
Result<std::size_t> read_at(std::string_view operation, const Descriptor& file, char* buffer,
                            std::size_t size, std::uint64_t offset, const std::filesystem::path& path);

/// fsync.
Result<void> sync_descriptor(std::string_view operation, const Descriptor& file,
                             const std::filesystem::path& path);

/// fsync of the folder in which `path` stands, so that its name is on the disk too.
Result<void> sync_parent(std::string_view operation, const std::filesystem::path& path);

}  // namespace reeld::files
