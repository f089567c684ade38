#include "daemon/spool/watcher.hpp"

#include <linux/magic.h>
#include <spdlog/spdlog.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstring>

#include "daemon/files/descriptor.hpp"
#include "daemon/spool/names.hpp"

namespace reeld::spool {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kOperation = "spool.watch";
constexpr Duration kPollEach{1'000};
constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr std::size_t kMostRenames = 1U << 17;  // past this, names settle like any other file

bool has_no_events(const std::filesystem::path& folder) {
  struct statfs found{};
  return ::statfs(folder.c_str(), &found) == 0 && lacks_events(found.f_type);
}

Result<files::Descriptor> watch_folder(const std::filesystem::path& folder) {
  files::Descriptor events(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!events.is_open()) return errno_error(kOperation, errno, "inotify_init1");
  if (::inotify_add_watch(events.get(), folder.c_str(), kEvents) < 0) {
    return errno_error(kOperation, errno, folder.native());
  }
  return events;
}

}  // namespace

/// The descriptor, and the timer that ends a wait for it. Shared with the timer's handler, which may run
/// late.
struct Watcher::Waiting {
  Waiting(const asio::any_io_executor& executor, int number) : events(executor, number), timer(executor) {}
  asio::posix::stream_descriptor events;
  asio::steady_timer timer;
};

Watcher::~Watcher() = default;

bool lacks_events(long filesystem_type) {
  // SMB2 and CIFS have no name in the system's header.
  constexpr std::array<unsigned long, 6> kWithout{NFS_SUPER_MAGIC, SMB_SUPER_MAGIC,  0xFE534D42UL,
                                                  0xFF534D42UL,    FUSE_SUPER_MAGIC, V9FS_MAGIC};
  const auto type = static_cast<unsigned long>(filesystem_type) & 0xFFFF'FFFFUL;
  return std::ranges::find(kWithout, type) != kWithout.end();
}

asio::awaitable<Result<void>> Watcher::open(files::Pool& pool, std::filesystem::path folder) {
  is_lost_ = true;
  waiting_.reset();
  std::function<Result<files::Descriptor>()> begin = [watch = watch_, folder]() -> Result<files::Descriptor> {
    if (watch == Watch::kPoll || (watch == Watch::kAuto && has_no_events(folder))) return files::Descriptor();
    return watch_folder(folder);
  };
  auto events = co_await pool.run(std::move(begin));
  if (!events && events.error().code == Errc::kNotFound) co_return events.error();
  is_lost_ = false;
  if (events && events->is_open()) {
    waiting_ = std::make_shared<Waiting>(executor_, events->release());
    co_return Result<void>();
  }
  spdlog::info("spool: polling folder={} each={} reason={}", shown_name(folder.native()),
               format_duration(kPollEach),
               events ? "\"no events here\"" : shown_name(describe(events.error())));
  co_return Result<void>();
}

asio::awaitable<void> Watcher::wait(Duration limit) {
  if (!waiting_) {
    asio::steady_timer timer(executor_, std::min(limit, kPollEach));
    co_await timer.async_wait(asio::use_awaitable);
    co_return;
  }
  const auto waiting = waiting_;
  waiting->timer.expires_after(limit);
  waiting->timer.async_wait([waiting](boost::system::error_code cancelled) {
    if (!cancelled) waiting->events.cancel();
  });
  boost::system::error_code ended;
  co_await waiting->events.async_wait(asio::posix::stream_descriptor::wait_read,
                                      asio::redirect_error(asio::use_awaitable, ended));
  waiting->timer.cancel();
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error(asio::error::operation_aborted);
  }
  read_events();
}

void Watcher::read_events() {
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = ::read(waiting_->events.native_handle(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      note(event.mask, event.len > 0 ? buffer.data() + at + sizeof(event) : "");
      at += sizeof(event) + event.len;
    }
  }
}

void Watcher::note(unsigned mask, const char* name) {
  if ((mask & IN_Q_OVERFLOW) != 0) {
    spdlog::debug("spool: events were lost; the whole folder is looked at");
    renamed_.clear();
  }
  if ((mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) != 0) is_lost_ = true;
  // A name that is made anew after a rename is another file, and its writer may not be done.
  if ((mask & IN_CREATE) != 0) renamed_.erase(name);
  if ((mask & IN_MOVED_TO) != 0 && renamed_.size() < kMostRenames && taken_format(name))
    renamed_.insert(name);
}

void Watcher::keep_renames(const std::set<std::string>& names) {
  std::erase_if(renamed_, [&names](const std::string& name) { return !names.contains(name); });
}

}  // namespace reeld::spool
