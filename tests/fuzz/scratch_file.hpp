#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "tests/fuzz/require.hpp"

namespace reeld::fuzz {

/// One file for one process, for what can be read only by a path.
class ScratchFile {
 public:
  ScratchFile() : path_((std::filesystem::temp_directory_path() / "reeld-fuzz-XXXXXX").string()) {
    number_ = ::mkstemp(path_.data());
    require(number_ >= 0, "a scratch file can be made");
  }
  ~ScratchFile() {
    ::close(number_);
    ::unlink(path_.c_str());
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  /// Replaces what the file holds.
  void fill(std::string_view bytes) {
    const auto written = ::pwrite(number_, bytes.data(), bytes.size(), 0);
    require(written == static_cast<ssize_t>(bytes.size()), "a scratch file takes all bytes");
    require(::ftruncate(number_, written) == 0, "a scratch file can be cut");
  }

  std::filesystem::path path() const { return path_; }

 private:
  std::string path_;
  int number_ = -1;
};

}  // namespace reeld::fuzz
