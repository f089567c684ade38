#pragma once

#include <string_view>
#include <vector>

#include "common/job/spec.hpp"

namespace reeld {

/// What is wrong with the local images of a job. Uploading does not exist yet: each of them is a problem.
std::vector<Problem> check_local_frames(const JobSpec& spec, int line, std::string_view pointer);

}  // namespace reeld
