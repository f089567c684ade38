#pragma once

#include <string>
#include <vector>

#include "daemon/cli/terminal.hpp"

namespace reeld::cli {

struct Column {
  std::string title;
  bool right = false;    ///< numbers stand at its right edge
  bool elastic = false;  ///< gives way where the terminal is narrow
};

struct Cell {
  Cell(std::string words, Colour paint = Colour::kNone) : text(std::move(words)), colour(paint) {}

  std::string text;  ///< without control characters
  Colour colour;
};

/// Rows under titles, each column as wide as its longest cell. Where the terminal is too narrow, elastic
/// columns are cut, the widest first, and then the ends of the lines.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as there are columns.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

  /// The titles and the rows, a line each, none wider than the terminal.
  std::vector<std::string> lines(const Terminal& terminal) const;

  void print(const Terminal& terminal) const;

 private:
  std::vector<std::size_t> widths(std::size_t available) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace reeld::cli
