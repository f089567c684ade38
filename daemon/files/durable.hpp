#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "common/util/error.hpp"
#include "daemon/files/descriptor.hpp"

/// Files that are whole or not there at all, also after a power cut. Blocking: called on the Pool.
namespace reeld::files {

struct Digest {
  std::uintmax_t size = 0;
  std::string sha256;  ///< 64 lower-case hexadecimal digits
};

/// Makes a folder and its missing parents with `mode` (umask-independent), each synced into its parent.
Result<void> make_directories(const std::filesystem::path& folder, mode_t mode);

/// Replaces a file by bytes that come in pieces: all of them at commit(), or as if nothing had happened.
///
/// They wait beside the target under a dot name, the same one each time, so that what a crash leaves is taken
/// away by the next try. One writer for a target at a time.
class DurableWriter {
 public:
  static Result<std::unique_ptr<DurableWriter>> open(std::filesystem::path target, mode_t mode);
  ~DurableWriter();
  DurableWriter(const DurableWriter&) = delete;
  DurableWriter& operator=(const DurableWriter&) = delete;

  /// Appends.
  Result<void> write(std::string_view bytes);

  /// Syncs, renames over the target and syncs the folder.
  Result<void> commit();

 private:
  DurableWriter(std::filesystem::path target, std::filesystem::path waiting, Descriptor file);

  std::filesystem::path target_;
  std::filesystem::path waiting_;  ///< the dot name; empty after commit
  Descriptor file_;
  std::uint64_t size_ = 0;
};

/// Replaces `target` by `bytes`: written beside it under a dot name, synced, renamed, folder synced.
Result<void> write_durably(const std::filesystem::path& target, std::string_view bytes, mode_t mode);

/// Renames without ever replacing (renameat2, or link and unlink where the filesystem lacks it) and syncs
/// both folders. kConflict: something stands at `to`.
Result<void> move_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// fsync of a file or a folder.
Result<void> sync(const std::filesystem::path& path);

/// SHA-256 of bytes in memory, as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// Size and SHA-256 of a regular file; symlinks are not followed. kNotFound: nothing is there.
Result<Digest> digest(const std::filesystem::path& path);

/// Removes a file; one that is not there is fine.
Result<void> remove(const std::filesystem::path& path);

/// Bytes that an ordinary user may still write on the filesystem of `path`.
Result<std::uintmax_t> free_bytes(const std::filesystem::path& path);

}  // namespace reeld::files
