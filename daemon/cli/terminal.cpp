#include "daemon/cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/job/text.hpp"

namespace reeld::cli {
namespace {

std::string variable(const std::map<std::string, std::string>& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

/// Two columns wide on every terminal: East Asian Wide and Fullwidth of Unicode, roughly.
bool is_wide(char32_t c) {
  struct Range {
    char32_t first;
    char32_t last;
  };
  static constexpr std::array kWide{
      Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},   Range{0xAC00, 0xD7A3},
      Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
      Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};
  return std::ranges::any_of(kWide, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

/// How much of `text` fits into `width` columns.
struct Fitting {
  std::size_t bytes = 0;
  std::size_t columns = 0;
};

Fitting measure(std::string_view text, std::size_t width) {
  Fitting fitting;
  while (fitting.bytes < text.size()) {
    const CodePoint point = first_code_point(text.substr(fitting.bytes));
    const std::size_t columns = is_wide(point.value) ? 2 : 1;
    if (fitting.columns + columns > width) break;
    fitting.bytes += point.bytes;
    fitting.columns += columns;
  }
  return fitting;
}

std::string_view sequence(Colour colour) {
  switch (colour) {
    case Colour::kGreen:
      return "\x1b[32m";
    case Colour::kRed:
      return "\x1b[31m";
    case Colour::kYellow:
      return "\x1b[33m";
    case Colour::kCyan:
      return "\x1b[36m";
    case Colour::kGrey:
      return "\x1b[90m";
    case Colour::kBold:
      return "\x1b[1m";
    case Colour::kNone:
      break;
  }
  return "";
}

}  // namespace

Terminal look_at_terminal(const std::map<std::string, std::string>& environment) {
  Terminal terminal;
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0) return terminal;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
    terminal.height = size.ws_row;
  }
  terminal.there = true;
  terminal.live = variable(environment, "TERM") != "dumb";
  terminal.colours = terminal.live && variable(environment, "NO_COLOR").empty();
  return terminal;
}

Colour state_colour(std::string_view state) {
  if (state == "succeeded") return Colour::kGreen;
  if (state == "failed") return Colour::kRed;
  if (state == "cancelled" || state == "scheduled") return Colour::kGrey;
  if (state == "held" || state == "unknown" || state == "parked") return Colour::kYellow;
  if (state == "submitting" || state == "generating" || state == "downloading") return Colour::kCyan;
  return Colour::kNone;
}

std::string paint(std::string text, Colour colour, bool wanted) {
  if (!wanted || colour == Colour::kNone) return text;
  return fmt::format("{}{}\x1b[0m", sequence(colour), text);
}

std::size_t columns_of(std::string_view text) {
  return measure(text, std::string_view::npos).columns;
}

std::string fit(std::string_view text, std::size_t width) {
  return std::string(text.substr(0, measure(text, width).bytes));
}

std::string pad(std::string_view text, std::size_t width) {
  const Fitting fitting = measure(text, width);
  return std::string(text.substr(0, fitting.bytes)) + std::string(width - fitting.columns, ' ');
}

}  // namespace reeld::cli
