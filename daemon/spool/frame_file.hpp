#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "common/job/frame_rules.hpp"
#include "common/util/error.hpp"

namespace reeld::spool {

/// Which local pictures jobs may name.
struct FrameRules {
  std::vector<std::filesystem::path> roots;  ///< absolute folders, beside the job file's own
  FrameLimits limits;
};

/// A picture that may become a frame, whole in memory.
struct FrameFile {
  ImageInfo picture;
  std::string bytes;
};

/// Reads the picture that a job names as `file`: below `folder`, the job file's own, or one of the rules'
/// roots. A file that only its owner may read must be `owner`'s, who is the job file's: no job has the
/// daemon send away what its author could not read. Blocking.
///
/// Errors: kBadInput with words for the job's author; others when the disk is in trouble.
Result<FrameFile> read_frame(const std::filesystem::path& file, const std::filesystem::path& folder,
                             uid_t owner, const FrameRules& rules);

}  // namespace reeld::spool
