#include "common/job/local_frames.hpp"

#include <string>

namespace reeld {

namespace {
constexpr std::string_view kWords =
    "over the API a picture comes by its id: upload it with POST /v1/images (docs/api.md) and name its "
    "\"id\" "
    "and \"type\" instead; reeld submit does that by itself";
}

std::vector<Problem> check_local_frames(const JobSpec& spec, int line, std::string_view pointer) {
  std::vector<Problem> problems;
  const std::string parameters = std::string(pointer) + "/parameters/";
  if (spec.start_frame && !spec.start_frame->file.empty()) {
    problems.push_back(Problem{line, parameters + "start_frame/file", std::string(kWords)});
  }
  if (spec.end_frame && !spec.end_frame->file.empty()) {
    problems.push_back(Problem{line, parameters + "end_frame/file", std::string(kWords)});
  }
  return problems;
}

}  // namespace reeld
