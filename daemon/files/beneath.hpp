#pragma once

#include <filesystem>

#include "common/util/error.hpp"
#include "daemon/files/descriptor.hpp"

namespace reeld::files {

/// Opens a regular file below `root` for reading. Below `root` no symbolic link is followed, and what is a
/// pipe, a device or has a second name (a hard link) is not opened. `relative` has neither ".." nor a leading
/// "/". Blocking.
///
/// Errors: kBadInput (it is not there, or must not be read: the detail says why, in words that follow its
/// name); others when the disk is in trouble.
Result<Descriptor> open_beneath(const std::filesystem::path& root, const std::filesystem::path& relative);

}  // namespace reeld::files
