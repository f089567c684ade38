#include "daemon/cli/job_ids.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/job/text.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/json_members.hpp"

namespace reeld::cli {
namespace {

constexpr std::size_t kShortestPart = 4;

bool is_part(const std::string& text) {
  return text.size() >= kShortestPart && text.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Trouble no_single(const std::string& part, const Json& jobs) {
  if (jobs.empty()) return {fmt::format("no job's id begins or ends with {}", part), app::kExitUsage};
  std::string words = fmt::format("{} is not enough, it could be:", part);
  for (const Json& job : jobs) {
    words += fmt::format("\n  {}  {}", text_of(job, "id"), text_of(job, "name"));
    words.erase(words.find_last_not_of(' ') + 1);
  }
  return {words, app::kExitUsage};
}

std::string trim(const std::string& line) {
  constexpr const char* kSpace = " \t\r";
  const auto first = line.find_first_not_of(kSpace);
  if (first == std::string::npos) return "";
  return line.substr(first, line.find_last_not_of(kSpace) + 1 - first);
}

}  // namespace

boost::system::result<std::string, Trouble> find_job(const std::string& given, const Match& match) {
  const std::string part = lower(given);
  if (is_uuid(part)) return part;
  if (!is_part(part)) {
    return Trouble{
        fmt::format("{} is no part of a job id: give 4 or more of its digits, as `reeld list` shows them",
                    in_quotes(given)),
        app::kExitUsage};
  }
  const Answer found = match(part);
  if (!found) return found.error();
  const Json& jobs = array_of(*found, "jobs");
  if (jobs.size() != 1) return no_single(part, jobs);
  return text_of(jobs.front(), "id");
}

Result<std::vector<std::string>> read_ids(std::istream& lines) {
  std::vector<std::string> ids;
  int number = 0;
  for (std::string text; std::getline(lines, text);) {
    ++number;
    std::string line = trim(text);
    if (line.empty()) continue;
    if (line.front() == '{') {
      const auto object = parse_json_leniently(line);
      line = object ? text_of(*object, "id") : "";
    }
    if (!is_part(lower(line))) {
      return Error{Errc::kBadInput, "cli.ids",
                   fmt::format("line {} of standard input is no job id: {}", number, in_quotes(text))};
    }
    ids.push_back(line);
  }
  return ids;
}

}  // namespace reeld::cli
