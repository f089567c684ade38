#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/util/error.hpp"

/// The file by which a folder of results is told from the mount point of a disk that is not there. Blocking.
namespace reeld::files {

inline constexpr std::string_view kResultsMarker = ".reeld-results";

/// Whether the folder holds the marker; false also where there is no folder. kIo: it cannot be looked at.
Result<bool> is_marked(const std::filesystem::path& folder);

/// Puts the marker there, durably; one that is there stays as it is.
Result<void> mark_results(const std::filesystem::path& folder);

/// For people: that the marker is missing, what that may mean and what to do. This user is to have the
/// folder.
std::string missing_marker_words(const std::filesystem::path& folder);

}  // namespace reeld::files
