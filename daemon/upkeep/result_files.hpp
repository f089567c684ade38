#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/store/upkeep_store.hpp"

namespace reeld::upkeep {

/// What became of a job's files.
struct Removal {
  int files = 0;                  ///< that were removed
  std::uintmax_t bytes = 0;       ///< that they had
  std::vector<std::string> kept;  ///< paths below results whose file is not the one on record
  bool folder_is_empty = false;   ///< nothing else stands in the folder in which they stood
};

/// Removes the films, posters and result file of a job below `results`, and what its downloads left.
///
/// A film must have the size and digest on record, a result file the job's id, a poster stand in that file;
/// neither of these two may be younger than the job's end. Where a film is kept, poster and result file stay
/// with it. A file that is not there is fine. kNotFound: its folder is not there, which may mean that the
/// disk is not mounted. Blocking.
Result<Removal> remove_result_files(const std::filesystem::path& results, const store::ReleasedFiles& files);

/// Removes the folders on the way to `output_path`, innermost first, as long as they are empty. Best effort:
/// one in which something stands, or that somebody has just made again, stays. Blocking.
void remove_empty_folders(const std::filesystem::path& results, const std::string& output_path);

}  // namespace reeld::upkeep
