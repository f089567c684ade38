#include "daemon/cli/job_text.hpp"

#include "common/util/json.hpp"

namespace reeld::cli {

JobFormat guess_format(const std::string& text) {
  const auto first_end = text.find('\n');
  const bool more =
      first_end != std::string::npos && text.find_first_not_of(" \t\r\n", first_end) != std::string::npos;
  return more && parse_json_leniently(text.substr(0, first_end)) ? JobFormat::kJsonl : JobFormat::kJson;
}

}  // namespace reeld::cli
