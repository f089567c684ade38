#pragma once

#include <filesystem>

#include "common/util/error.hpp"

namespace reeld::files {

/// Renames without ever replacing; nothing is synced. kConflict: something stands at `to`.
Result<void> rename_without_replacing(const std::filesystem::path& from, const std::filesystem::path& to);

/// The same by a second hard link, for filesystems whose rename always replaces. A crash in between leaves
/// both names.
Result<void> link_and_unlink(const std::filesystem::path& from, const std::filesystem::path& to);

/// The last resort, where there are no hard links either: somebody who makes `to` just now is not seen.
Result<void> look_and_rename(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace reeld::files
