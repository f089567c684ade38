#pragma once

#include <filesystem>

#include "common/util/error.hpp"

namespace reeld::files {

/// Checks that a file is a whole MP4: top-level boxes tile it exactly, `ftyp` comes first, `moov` is there.
///
/// kBadInput says what is wrong ("cut short: box mdat needs 1000 bytes, 700 are left"). Blocking.
Result<void> check_mp4(const std::filesystem::path& path);

}  // namespace reeld::files
