#pragma once

#include <filesystem>
#include <optional>
#include <streambuf>
#include <vector>

#include "daemon/files/descriptor.hpp"

namespace reeld::spool {

/// Reads a file that is open already, so that what is read is what was checked, whatever its name stands for
/// by now.
class DescriptorBuffer final : public std::streambuf {
 public:
  /// Both outlive the buffer. Begins at the front of the file; reads at most `limit` bytes.
  DescriptorBuffer(const files::Descriptor& file, const std::filesystem::path& path, std::uint64_t limit);

  /// Why reading ended before the file did. To be asked at the end: a stream cannot tell it from the end.
  const std::optional<Error>& error() const { return error_; }

  /// Bytes fetched so far.
  std::uint64_t fetched() const { return offset_; }

 protected:
  int_type underflow() override;

 private:
  const files::Descriptor& file_;
  const std::filesystem::path& path_;
  std::uint64_t limit_;
  std::uint64_t offset_ = 0;
  std::vector<char> piece_;
  std::optional<Error> error_;
};

}  // namespace reeld::spool
