#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "common/util/error.hpp"
#include "common/util/time.hpp"
#include "daemon/spool/options.hpp"

namespace reeld::spool {

/// True for filesystems (statfs's f_type) on which changes by others raise no events here: NFS, SMB,
/// FUSE, 9p.
bool lacks_events(long filesystem_type);

/// Wakes intake when something happens in a folder. Its events are hints: one may be missing or late.
class Watcher {
 public:
  Watcher(boost::asio::any_io_executor executor, Watch watch)
      : executor_(std::move(executor)), watch_(watch) {}
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Begins to watch, also anew after the folder was replaced. Without events to be had it says so in the
  /// log, and wait() returns each second.
  boost::asio::awaitable<Result<void>> open(files::Pool& pool, std::filesystem::path folder);

  /// True when the folder is not watched: not yet, or it is gone or has another name now.
  bool is_lost() const { return is_lost_; }

  /// Something looks wrong with the folder: it has to be opened again.
  void lose() { is_lost_ = true; }

  /// Waits for events, at most for `limit`. Cancellation throws operation_aborted.
  boost::asio::awaitable<void> wait(Duration limit);

  /// True when this name came by a rename since it was last forgotten: whole at once.
  bool came_by_rename(const std::string& name) const { return renamed_.contains(name); }

  /// Forgets all renames but those to these names.
  void keep_renames(const std::set<std::string>& names);

 private:
  struct Waiting;
  void read_events();
  void note(unsigned mask, const char* name);

  boost::asio::any_io_executor executor_;
  Watch watch_;
  std::shared_ptr<Waiting> waiting_;  ///< null: there are no events
  std::set<std::string> renamed_;
  bool is_lost_ = true;
};

}  // namespace reeld::spool
