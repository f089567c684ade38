#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/util/error.hpp"
#include "common/util/time.hpp"

/// Copies of a queue from before its schema was changed: the way back to the older reeld. They lie beside the
/// queue, as QUEUE.before-0007-20261201T020000Z. Blocking.
namespace reeld::store::sqlite {

struct SafetyCopy {
  std::filesystem::path file;
  int step = 0;      ///< the first step of the schema that it lacks
  std::string made;  ///< "20261201T020000Z"
};

/// Copies the queue, closed to others, compares the copy with it, and gives the copy its name once it is on
/// the disk. Nobody writes the queue meanwhile. kNoSpace, kIo: there is no copy, and the detail says why;
/// kInternal: the copy is not what it should be; kUnavailable: the queue cannot be read.
Result<SafetyCopy> make_safety_copy(const std::filesystem::path& database, int step,
                                    std::uintmax_t free_bytes, Time now);

/// Those that lie beside the queue, the newest first.
std::vector<SafetyCopy> safety_copies(const std::filesystem::path& database);

/// Removes all but the newest `keep`. Best effort: what stays is removed another time.
void forget_safety_copies(const std::filesystem::path& database, std::size_t keep);

}  // namespace reeld::store::sqlite
