#pragma once

#include <filesystem>
#include <memory>

#include "daemon/files/descriptor.hpp"

namespace reeld::spool {

/// The right to work on a spool; held by one process at a time, given back when it ends in whatever way.
class SpoolLock {
 public:
  /// kConflict names the process that holds it. Blocking.
  static Result<std::unique_ptr<SpoolLock>> take(const std::filesystem::path& dir);

 private:
  explicit SpoolLock(files::Descriptor file) : file_(std::move(file)) {}
  files::Descriptor file_;
};

}  // namespace reeld::spool
