#include "daemon/api/checked_piece.hpp"

#include <sstream>
#include <string>
#include <utility>

#include "common/job/local_frames.hpp"
#include "daemon/api/problem.hpp"

namespace reeld::api {

namespace {

/// The rules that hold for whoever submits: an image of the submitter's disk is not here.
std::vector<Problem> problems_of(const JobReader::Entry& entry, JobFormat format, bool list) {
  if (!entry.job.spec) return entry.job.problems;
  const bool is_element = format == JobFormat::kJson && list;
  const std::string pointer = is_element ? json_pointer("", std::to_string(entry.position - 1)) : "";
  return check_local_frames(*entry.job.spec, format == JobFormat::kJsonl ? entry.position : 0, pointer);
}

}  // namespace

CheckedPiece check_piece(BodyPiece piece, JobFormat format, const Catalogue& catalogue) {
  CheckedPiece checked;
  const bool is_blank_part = piece.text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (format == JobFormat::kJsonl && is_blank_part) return checked;
  const bool list = is_list(piece, format);
  std::istringstream text(std::move(piece.text));
  JobReader reader(text, format, catalogue, format == JobFormat::kJson ? kMaxJobJson : kMaxJobLine);
  while (auto entry = reader.next()) {
    auto problems = problems_of(*entry, format, list);
    if (problems.empty()) {
      checked.jobs.push_back({entry->position + piece.lines_before, std::move(*entry->job.spec)});
    }
    checked.problem_count += problems.size();
    for (Problem& problem : problems) {
      // A body of nothing but mistakes must not take more memory than one of jobs.
      if (checked.problems.size() == kMostProblems) break;
      if (problem.line > 0) problem.line += piece.lines_before;
      checked.problems.push_back(std::move(problem));
    }
  }
  return checked;
}

bool is_list(const BodyPiece& first, JobFormat format) {
  const std::size_t at = first.text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  return format == JobFormat::kJsonl || (at != std::string::npos && first.text[at] == '[');
}

}  // namespace reeld::api
