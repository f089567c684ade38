#pragma once

#include <filesystem>
#include <utility>

#include "daemon/store/open.hpp"
#include "daemon/store/sqlite/connection.hpp"

namespace reeld::store::sqlite {

/// What an upgrade would refuse: kBadInput, the database belongs to a newer reeld, or its steps were edited.
/// The words name the safety copy to go back to, where one lies beside the queue.
Result<void> check_schema(Connection& db, const std::filesystem::path& database);

/// A process died while it made the database, or changed it without the log: only a connection that may write
/// can look into it, and takes back what had begun.
bool has_journal(const std::filesystem::path& database);

/// The queue as it is before an upgrade (safety_copy.hpp). Removed with this unless keep() was called, so
/// that no series of upgrades that fail fills the disk.
class CopyBefore {
 public:
  /// Only looks at the queue, and copies it where steps of its schema are missing; a queue that has none yet
  /// is not copied. Without a copy that is needed nothing may be changed, and the error says why there is
  /// none. Also the errors of check_schema.
  static Result<CopyBefore> make(const OpenOptions& options, Time now);

  CopyBefore(CopyBefore&& other) noexcept
      : database_(std::move(other.database_)), file_(std::exchange(other.file_, {})) {}
  CopyBefore& operator=(CopyBefore&&) = delete;
  ~CopyBefore();

  /// False where none was needed.
  bool is_made() const { return !file_.empty(); }

  /// The upgrade is done: the copy stays, and all but the newest two go. Empty where none was needed.
  std::filesystem::path keep();

 private:
  CopyBefore() = default;
  CopyBefore(std::filesystem::path database, std::filesystem::path file)
      : database_(std::move(database)), file_(std::move(file)) {}

  std::filesystem::path database_;
  std::filesystem::path file_;
};

}  // namespace reeld::store::sqlite
