#include "daemon/cli/job_rewriter.hpp"

#include <algorithm>

namespace reeld::cli {

Result<std::string> JobRewriter::rewrite_lines(const std::string& lines) {
  std::string out;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    auto line = rewrite(lines.substr(at, end - at));
    if (!line) return line;
    out += *line;
    if (end < lines.size()) out += '\n';
    at = end + 1;
  }
  return out;
}

}  // namespace reeld::cli
