#pragma once

#include <string_view>
#include <vector>

#include "common/job/spec.hpp"

namespace reeld {

/// What is wrong with the local pictures of a job that comes over the API: each is a problem, since they are
/// on its sender's disk.
std::vector<Problem> check_local_frames(const JobSpec& spec, int line, std::string_view pointer);

}  // namespace reeld
