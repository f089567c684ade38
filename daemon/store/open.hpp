#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/util/clock.hpp"
#include "daemon/store/observer.hpp"
#include "daemon/store/reader.hpp"
#include "daemon/store/store.hpp"

/// Opening the queue. Everything here blocks and belongs to start-up or to a CLI verb.
namespace reeld::store {

/// The file behind "sqlite:///var/lib/reeld/queue.db". kBadInput: another scheme, or not an absolute path.
Result<std::filesystem::path> database_file(const std::string& url);

/// The kind of filesystem that holds a path: statfs's f_type.
using FilesystemType = std::function<Result<long>(const std::filesystem::path&)>;
Result<long> filesystem_type(const std::filesystem::path& path);

/// Only one process may write a queue: holds the lock on QUEUE.lock until destroyed.
class QueueLock {
 public:
  /// kConflict names the pid that holds the queue.
  static Result<QueueLock> take(const std::filesystem::path& database);
  QueueLock(QueueLock&& other) noexcept;
  QueueLock& operator=(QueueLock&&) = delete;
  ~QueueLock();

 private:
  explicit QueueLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// Bytes that this user may still write on the filesystem of a path.
using FreeBytes = std::function<Result<std::uintmax_t>(const std::filesystem::path&)>;
Result<std::uintmax_t> free_bytes(const std::filesystem::path& path);

struct OpenOptions {
  std::filesystem::path database;
  bool allow_network_filesystem = false;
  std::filesystem::path results = {};  ///< a marked folder of films, to be remembered; empty: none
  FilesystemType filesystem_type = store::filesystem_type;
  FreeBytes free_bytes = store::free_bytes;
  /// Told for people before each part of an upgrade that takes long with a large queue; may be none.
  std::function<void(const std::string& words)> on_slow_step = {};
};

/// Whether SQLite may live where the database is, or will be. kBadInput: on NFS or SMB, where that is not
/// allowed; kIo: nobody knows.
Result<void> check_filesystem(const OpenOptions& options);

/// Opens the queue for the daemon: checks its filesystem, makes the file (0600), upgrades it as migrate_up
/// does, starts its thread. The caller holds the QueueLock. kBadInput: a place where SQLite must not live, or
/// the database belongs to a newer version, its migrations were edited, or a step of them cannot be applied.
/// `observer`, where there is one, is told of commits and outlives the store.
Result<std::unique_ptr<Store>> open_store(const OpenOptions& options, const Clock& clock,
                                          Observer* observer = nullptr);

/// A look at the queue without the daemon. kNotFound: there is no queue yet.
Result<std::unique_ptr<Reader>> open_reader(const std::filesystem::path& database);

/// The version of the SQLite library that this program runs with.
std::string sqlite_version();

struct MigrationStatus {
  int version = 0;
  std::string name;
  bool applied = false;
};

/// Every migration this program knows, and those the database has. A database that is not there has none.
Result<std::vector<MigrationStatus>> migration_status(const std::filesystem::path& database);

struct Upgraded {
  int steps = 0;               ///< that were missing, and are applied now
  std::filesystem::path copy;  ///< the queue from before; empty: nothing was missing, or there was no queue
};

/// Applies what is missing. A queue that has a schema is copied before, beside itself, and the newest two
/// such copies are kept; without a copy nothing is applied. The caller holds the QueueLock.
Result<Upgraded> migrate_up(const OpenOptions& options, const Clock& clock);

}  // namespace reeld::store
