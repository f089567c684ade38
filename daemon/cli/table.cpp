#include "daemon/cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace reeld::cli {
namespace {

constexpr std::size_t kGap = 2;
/// An elastic column keeps this much.
constexpr std::size_t kNarrowest = 12;

/// Lays the cells of a line side by side in what is left of the terminal's width.
class LineMaker {
 public:
  explicit LineMaker(const Terminal& terminal) : left_(terminal.width), colours_(terminal.colours) {}

  void add(const Cell& cell, std::size_t width, bool right, bool last) {
    const std::size_t room = std::min(width, left_);
    const std::string text = fit(cell.text, room);
    const std::string space(room - columns_of(text), ' ');
    const std::string painted = text.empty() ? text : paint(text, cell.colour, colours_);
    line_ += right ? space + painted : painted + (last ? "" : space);
    left_ -= room;
    const std::size_t gap = last ? 0 : std::min(kGap, left_);
    line_ += std::string(gap, ' ');
    left_ -= gap;
  }

  std::string take() && {
    line_.erase(line_.find_last_not_of(' ') + 1);
    return std::move(line_);
  }

 private:
  std::string line_;
  std::size_t left_;
  bool colours_;
};

}  // namespace

std::vector<std::size_t> Table::widths(std::size_t available) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(columns_of(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i].text));
  }
  std::size_t total = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  while (total > available) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (columns_[i].elastic && widths[i] > kNarrowest && (widest == nullptr || widths[i] > *widest)) {
        widest = &widths[i];
      }
    }
    if (widest == nullptr) break;
    --*widest;
    --total;
  }
  return widths;
}

std::vector<std::string> Table::lines(const Terminal& terminal) const {
  const auto column_widths = widths(terminal.width);
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.emplace_back(column.title, Colour::kBold);
  std::vector<std::string> lines;
  const auto add_line = [&](const std::vector<Cell>& cells) {
    LineMaker line(terminal);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line.add(cells[i], column_widths[i], columns_[i].right, i + 1 == cells.size());
    }
    lines.push_back(std::move(line).take());
  };
  add_line(titles);
  for (const auto& row : rows_) add_line(row);
  return lines;
}

void Table::print(const Terminal& terminal) const {
  for (const std::string& line : lines(terminal)) fmt::print("{}\n", line);
}

}  // namespace reeld::cli
