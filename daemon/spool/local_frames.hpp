#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/spool/frame_file.hpp"
#include "daemon/store/frame_store.hpp"

namespace reeld::spool {

/// The local pictures of one job file. One that many jobs name is read and copied once. Blocking, and for one
/// thread at a time.
class LocalFrames {
 public:
  /// `folder` and `owner` are the job file's. Copies go to the folder `copies`, which is made when the first
  /// one comes; empty: the pictures are checked only.
  LocalFrames(std::filesystem::path folder, uid_t owner, const FrameRules& rules,
              std::filesystem::path copies);

  /// Reads, checks and copies what `spec` names. What is wrong with it is added to `problems`, at `pointer`
  /// in `line`. When this returns, the copies are on the disk. Errors: the disk is in trouble.
  Result<store::JobFrames> take(const JobSpec& spec, int line, std::string_view pointer,
                                std::vector<Problem>& problems);

 private:
  /// What became of a picture.
  struct Taken {
    std::string copy;
    ImageInfo picture;
    std::string problem;  ///< empty: none
  };

  Result<Taken> take(const std::filesystem::path& file);
  Result<std::string> keep(const FrameFile& frame) const;

  std::filesystem::path folder_;
  uid_t owner_;
  const FrameRules& rules_;
  std::filesystem::path copies_;
  std::map<std::filesystem::path, Taken> taken_;  ///< by the name that jobs use
};

}  // namespace reeld::spool
