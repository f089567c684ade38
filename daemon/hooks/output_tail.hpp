#pragma once

#include <string>
#include <string_view>

namespace reeld::hooks {

/// The last 4 KiB of what a program says.
class OutputTail {
 public:
  void append(std::string_view chunk);

  /// The last line that is not blank, fit for a log line; empty: there is none.
  std::string last_line() const;

 private:
  std::string text_;
};

}  // namespace reeld::hooks
