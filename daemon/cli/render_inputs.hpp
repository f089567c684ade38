#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/cli/trouble.hpp"

namespace reeld::cli {

/// A file of jobs that `reeld render` was given.
struct RenderInput {
  std::filesystem::path file;
  std::filesystem::path folder;  ///< what the pictures of its jobs are named from
  std::string key;               ///< by its name and bytes: the same for the same file in a later run
};

/// The job files that the paths name: files, those that stand in folders (sorted by name, no deeper), and
/// standard input for "-", which is kept below `state`. The trouble: a path that is none of these, a file
/// that cannot be read, no job file at all.
boost::system::result<std::vector<RenderInput>, Trouble> find_inputs(const std::vector<std::string>& paths,
                                                                     const std::filesystem::path& state);

}  // namespace reeld::cli
