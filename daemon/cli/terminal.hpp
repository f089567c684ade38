#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace reeld::cli {

/// What standard output leads to.
struct Terminal {
  std::size_t width = 160;  ///< columns; this many where it is no terminal
  std::size_t height = 24;  ///< lines
  bool there = false;       ///< it is a terminal: a person looks on
  bool live = false;        ///< and lines can be redrawn in place
  bool colours = false;     ///< live, and NO_COLOR is not set
};

Terminal look_at_terminal(const std::map<std::string, std::string>& environment);

enum class Colour { kNone, kGreen, kRed, kYellow, kCyan, kGrey, kBold };

/// The colour that a state of jobs has everywhere.
Colour state_colour(std::string_view state);

/// `text` between the colour's control sequences, where colours are wanted.
std::string paint(std::string text, Colour colour, bool wanted);

/// How many columns of a terminal `text` takes: Chinese, Japanese and Korean letters and emoji take two.
std::size_t columns_of(std::string_view text);

/// `text` cut at a code point's edge, so that it takes `width` columns at most.
std::string fit(std::string_view text, std::size_t width);

/// `text` cut, or filled with spaces, to exactly `width` columns.
std::string pad(std::string_view text, std::size_t width);

}  // namespace reeld::cli
