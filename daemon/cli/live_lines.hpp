#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace reeld::cli {

/// Lines at the end of a terminal that are redrawn in place, while others scroll away above them. No line may
/// be wider than the terminal.
class LiveLines {
 public:
  /// `out` outlives it.
  explicit LiveLines(std::FILE* out) : out_(out) {}

  /// Draws these instead of the last ones.
  void draw(const std::vector<std::string>& lines);

  /// Puts a line above them that stays; draw() follows.
  void scroll(const std::string& line);

 private:
  void erase();

  std::FILE* out_;
  std::size_t drawn_ = 0;
};

}  // namespace reeld::cli
