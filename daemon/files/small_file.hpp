#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "common/util/error.hpp"

namespace reeld::files {

/// The bytes of a regular file that has at most `most` of them. Never waits for a pipe and follows no link.
/// kNotFound: nothing is there; kConflict: it is something else, or larger. Blocking.
Result<std::string> read_small_file(const std::filesystem::path& path, std::uint64_t most);

}  // namespace reeld::files
