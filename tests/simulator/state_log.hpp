#pragma once

#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {

/// What the cloud must not forget, one JSON object a line. Without a path it keeps nothing.
///
/// A line is flushed to the kernel before the answer goes out, so it survives the process but not a power
/// loss.
class StateLog {
 public:
  explicit StateLog(std::filesystem::path path) : path_(std::move(path)) {}

  /// Hands every whole line to `take`, drops a torn last one, and opens the file for more.
  /// Throws std::runtime_error where the file cannot be used or a line is not ours.
  void open(const std::function<void(const Json&)>& take);

  void append(const Json& line);

 private:
  std::filesystem::path path_;
  std::ofstream out_;
};

}  // namespace reeld::sim
