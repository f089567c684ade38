#include "daemon/hooks/output_tail.hpp"

#include "common/job/text.hpp"

namespace reeld::hooks {
namespace {

constexpr std::size_t kKept = 4096;
constexpr std::size_t kLongestLine = 300;

}  // namespace

void OutputTail::append(std::string_view chunk) {
  text_ += chunk;
  if (text_.size() > kKept) text_.erase(0, text_.size() - kKept);
}

std::string OutputTail::last_line() const {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const auto end = rest.find_last_of('\n');
    const std::string_view line = end == std::string_view::npos ? rest : rest.substr(end + 1);
    if (!is_blank(line)) return printable(line, kLongestLine);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(0, end);
  }
  return "";
}

}  // namespace reeld::hooks
