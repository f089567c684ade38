#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace reeld::test {

/// A folder of its own for a test, removed with all that is in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The whole of a file; "" where there is none.
std::string read_file(const std::filesystem::path& path);

/// Writes under another name and renames, as a careful person would.
void drop_file(const std::filesystem::path& path, std::string_view text);

/// All regular files below a folder, by path, sorted.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder);

std::string sha256_of(std::string_view bytes);

/// Waits until `done` says so; false when it does not within a minute. For things other programs do.
bool eventually(const std::function<bool()>& done, int seconds = 60);

}  // namespace reeld::test
