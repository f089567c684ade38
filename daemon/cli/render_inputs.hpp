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
  std::string name;              ///< without its folder: what tells it from others in later runs
  std::string key = {};          ///< by its name and jobs, once they were looked at
};

/// The job files that the paths name: files, those that stand in folders (sorted by name, no deeper), and
/// standard input for "-", which is kept below `state` (made where
/// it is not there). The trouble: a path that is none of these, a file
/// that cannot be read, no job file at all.
boost::system::result<std::vector<RenderInput>, Trouble> find_inputs(const std::vector<std::string>& paths,
                                                                     const std::filesystem::path& state);

}  // namespace reeld::cli
