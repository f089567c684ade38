#include "daemon/cli/live_lines.hpp"

#include <fmt/format.h>

namespace reeld::cli {

void LiveLines::erase() {
  // Up to the first of them, and everything from there on is gone.
  if (drawn_ > 0) fmt::print(out_, "\x1b[{}A\r\x1b[J", drawn_);
  drawn_ = 0;
}

void LiveLines::draw(const std::vector<std::string>& lines) {
  erase();
  for (const std::string& line : lines) fmt::print(out_, "{}\n", line);
  drawn_ = lines.size();
  std::fflush(out_);
}

void LiveLines::scroll(const std::string& line) {
  erase();
  fmt::print(out_, "{}\n", line);
  std::fflush(out_);
}

}  // namespace reeld::cli
