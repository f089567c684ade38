#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/config/value.hpp"

namespace reeld {

/// One key of a configuration file, with its place.
struct FileValue {
  const Setting* setting = nullptr;
  GivenValue given;
  unsigned line = 0;
  unsigned column = 0;
};

/// A problem with its place, so that problems of two kinds can be told in the file's order.
struct FileProblem {
  unsigned line = 0;  ///< 0: of the file as a whole
  unsigned column = 0;
  std::string words;
};

struct ConfigFile {
  std::vector<FileValue> values;
  std::vector<FileProblem> problems;  ///< cannot be read, is not TOML, unknown keys
};

/// Reads a file of settings. Values are not yet checked.
ConfigFile read_config_file(const std::filesystem::path& path);

/// `; did you mean "poll.first"?`, or "", for a key that no setting has.
std::string suggest_setting(std::string_view key);

}  // namespace reeld
