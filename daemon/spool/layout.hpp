#pragma once

#include <filesystem>
#include <string>

#include "common/job/ids.hpp"
#include "common/util/error.hpp"
#include "common/util/time.hpp"

namespace reeld::spool {

/// Where the spool's folders are.
class Layout {
 public:
  explicit Layout(std::filesystem::path dir) : dir_(std::move(dir)) {}

  const std::filesystem::path& dir() const { return dir_; }
  std::filesystem::path incoming() const { return dir_ / "incoming"; }
  std::filesystem::path claimed() const { return dir_ / "claimed"; }
  std::filesystem::path claim(const BatchId& batch) const { return claimed() / batch.str(); }
  std::filesystem::path accepted() const { return dir_ / "accepted"; }
  std::filesystem::path rejected() const { return dir_ / "rejected"; }

  /// The folder of what was accepted at an instant, by its date in UTC.
  std::filesystem::path accepted(Time at) const { return accepted() / format_time(at).substr(0, 10); }

 private:
  std::filesystem::path dir_;
};

/// The mode of files that reeld writes into the spool.
constexpr unsigned kFileMode = 0640;
/// The mode of folders that reeld makes in the spool.
constexpr unsigned kFolderMode = 0750;

/// Makes incoming/, so that the spool's group may drop files; one that is there stays as it is. Blocking.
Result<void> make_incoming(const Layout& layout);

/// Makes all folders and checks that files can be renamed between them: one filesystem holds them. Blocking.
Result<void> make_folders(const Layout& layout);

}  // namespace reeld::spool
