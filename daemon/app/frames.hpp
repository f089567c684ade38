#pragma once

#include <filesystem>

#include "common/config/config.hpp"
#include "daemon/spool/frame_file.hpp"

namespace reeld::app {

/// Where the copies of local pictures are kept.
std::filesystem::path frames_folder(const Config& config);

/// Which local pictures jobs may name, beside those in their files' folders.
spool::FrameRules frame_rules(const Config& config);

}  // namespace reeld::app
