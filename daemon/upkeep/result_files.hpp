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
};

/// Removes the films, posters and result file of a job below `results`, and the folders that this empties.
///
/// A film must have the size and digest on record, a result file the job's id, a poster stand in that file
/// and be no younger than it. Where a film is kept, poster and result file stay with it. What is not there is
/// fine. Blocking.
Result<Removal> remove_result_files(const std::filesystem::path& results, const store::ReleasedFiles& files);

}  // namespace reeld::upkeep
