#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <thread>

#include "common/util/clock.hpp"
#include "common/util/json.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/trouble.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/store/inspect.hpp"
#include "daemon/store/open.hpp"

namespace reeld::cli {
namespace {

namespace fs = std::filesystem;

/// A file of its own beside the target, closed to others; removed unless it was moved to its place.
class WaitingFile {
 public:
  static Result<WaitingFile> make(const fs::path& target) {
    fs::path path = target.parent_path() / fmt::format(".{}.{}.tmp", target.filename().string(), ::getpid());
    const files::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) return errno_error("cli.backup", errno, target.string());
    return WaitingFile(std::move(path));
  }
  WaitingFile(WaitingFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  WaitingFile& operator=(WaitingFile&&) = delete;
  ~WaitingFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  const fs::path& path() const { return path_; }

  /// Syncs it and gives it its name, durably. kConflict: something has that, and is not to be replaced.
  Result<void> move_to(const fs::path& target, bool replace) {
    if (auto synced = files::sync(path_); !synced) return synced;
    if (!replace) {
      auto moved = files::move_durably(path_, target);
      if (moved) path_.clear();
      return moved;
    }
    if (::rename(path_.c_str(), target.c_str()) != 0)
      return errno_error("cli.backup", errno, target.string());
    path_.clear();
    return files::sync(target.parent_path());
  }

 private:
  explicit WaitingFile(fs::path path) : path_(std::move(path)) {}

  fs::path path_;
};

/// Removes the file, and ends the program, when that is interrupted meanwhile.
class RemovedOnSignal {
 public:
  explicit RemovedOnSignal(const fs::path& path) : signals_(io_, SIGINT, SIGTERM, SIGHUP) {
    signals_.async_wait([path](boost::system::error_code failed, int signal) {
      if (failed) return;
      ::unlink(path.c_str());
      ::_exit(128 + signal);
    });
    waiter_ = std::thread([this] { io_.run(); });
  }
  RemovedOnSignal(const RemovedOnSignal&) = delete;
  RemovedOnSignal& operator=(const RemovedOnSignal&) = delete;
  ~RemovedOnSignal() {
    io_.stop();
    waiter_.join();
  }

 private:
  boost::asio::io_context io_;
  boost::asio::signal_set signals_;
  std::thread waiter_;
};

/// Nothing where a backup may be written to `target`.
std::optional<Error> look_at(const fs::path& target, const fs::path& database, bool force) {
  std::error_code failed;
  if (!fs::is_directory(target.parent_path(), failed)) {
    return Error{Errc::kConflict, "cli.backup",
                 fmt::format("there is no folder {} that this user can see", target.parent_path().string())};
  }
  for (const char* ending : {"", "-wal", "-shm", ".lock"}) {
    if (fs::equivalent(target, database.string() + ending, failed)) {
      return Error{Errc::kConflict, "cli.backup",
                   fmt::format("{} is the queue itself; name another file", target.string())};
    }
  }
  if (!force && fs::exists(fs::symlink_status(target, failed))) {
    return Error{Errc::kConflict, "cli.backup",
                 fmt::format("{} is there already; --force replaces it", target.string())};
  }
  return std::nullopt;
}

/// A trouble of the copy is the target's, whatever the name under which it was being written.
Error named(const Error& error, const fs::path& target) {
  if (error.code != Errc::kIo && error.code != Errc::kNoSpace) return error;
  return Error{error.code, error.operation,
               fmt::format("the backup {} cannot be written: {}", target.string(), error.detail)};
}

int fail(const Error& error) {
  const int code = error.code == Errc::kConflict ? app::kExitIo : app::exit_code(error);
  return tell(Trouble{error.detail, code});
}

}  // namespace

int backup(const Globals& globals, const BackupArguments& arguments) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  const auto database = store::database_file(loaded->config.store.url);
  if (!database) return fail(database.error());
  const fs::path target = fs::absolute(arguments.file);
  if (const auto wrong = look_at(target, *database, arguments.force)) return fail(*wrong);
  if (auto there = store::open_reader(*database); !there) return fail(there.error());
  // A limit on the size of files is an error to tell, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  auto waiting = WaitingFile::make(target);
  if (!waiting) return fail(waiting.error());
  const RemovedOnSignal removed_on_signal(waiting->path());
  const Time now = SystemClock().now();
  const auto copied = store::copy_queue(*database, waiting->path(), now);
  if (!copied) return fail(named(copied.error(), target));
  if (auto moved = waiting->move_to(target, arguments.force); !moved) return fail(moved.error());
  if (globals.json) {
    fmt::print("{}\n", dump_json({{"file", target.string()},
                                  {"size", copied->size},
                                  {"jobs", copied->jobs},
                                  {"queue", copied->queue_id},
                                  {"backed_up_at", format_time(now)}}));
  } else {
    fmt::print("{} backed up to {} ({} KiB). Results, start frames and spool files are not in it.\n",
               count_of(copied->jobs, "job"), target.string(), (copied->size + 1023) / 1024);
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
