#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/util/error.hpp"

/// Looking at incoming/. Blocking.
namespace reeld::spool {

/// A file as one look found it.
struct Arrival {
  std::string name;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  bool is_folder = false;
  bool is_regular = false;  ///< false also for links, pipes, devices
};

struct Scan {
  std::vector<Arrival> arrivals;  ///< by time of change, then name
  bool is_cut = false;            ///< there are more, newer ones
};

/// The files of `folder` that intake takes, the `most` oldest ones.
Result<Scan> scan_folder(const std::filesystem::path& folder, std::size_t most);

enum class Writer {
  kNone,
  kPresent,
  kUnknown,  ///< the system does not tell (another owner's file, a network filesystem)
};

/// Whether some process has the file open for writing.
Writer find_writer(const std::filesystem::path& path);

}  // namespace reeld::spool
