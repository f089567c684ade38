#include "daemon/hooks/command.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstring>

#include "common/util/async/nursery.hpp"
#include "daemon/hooks/child.hpp"
#include "daemon/hooks/output_tail.hpp"

namespace reeld::hooks {
namespace {

using namespace std::chrono_literals;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kRun = "hooks.command";
/// From SIGTERM to SIGKILL.
constexpr Duration kGrace = 2s;
constexpr Duration kGraceAtShutdown = 500ms;
constexpr Duration kForever = Duration::max();

/// What is the daemon's own: secrets, and its line to systemd.
bool is_private(std::string_view entry) {
  constexpr std::array<std::string_view, 5> kPrivate{"LEONARDO_API_KEY=", "CREDENTIALS_DIRECTORY=", "REELD_",
                                                     "NOTIFY_SOCKET=", "WATCHDOG_"};
  return std::ranges::any_of(kPrivate, [&](std::string_view name) { return entry.starts_with(name); });
}

/// A program while it runs.
class Run {
 public:
  Run(asio::any_io_executor executor, Child child, Clock& clock)
      : child_(std::move(child)),
        clock_(clock),
        exit_(executor, child_.take_exit().release()),
        output_(executor, child_.take_output().release()) {}

  /// True once it has ended; false when the wait was cancelled.
  asio::awaitable<bool> ended() {
    const auto [failed] = co_await exit_.async_wait(asio::posix::descriptor_base::wait_read, kAsTuple);
    co_return !failed;
  }

  /// Remembers what it says until nobody can say anything more.
  asio::awaitable<void> listen() {
    std::array<char, 4096> chunk;
    for (;;) {
      const auto [failed, size] = co_await output_.async_read_some(asio::buffer(chunk), kAsTuple);
      said_.append({chunk.data(), size});
      if (failed) co_return;
    }
  }

  asio::awaitable<void> end_after(Duration limit) {
    co_await clock_.sleep_for(limit);
    late_ = true;
    co_await end(kGrace);
  }

  asio::awaitable<void> end(Duration grace) {
    child_.signal(SIGTERM);
    co_await clock_.sleep_for(grace);
    child_.signal(SIGKILL);
  }

  /// Ends what is left of a group that was asked to end: its leader may have gone alone.
  void end_rest() { child_.signal(SIGKILL); }

  bool late() const { return late_; }

  /// How it ended, after it has.
  Result<void> result();

 private:
  void hear_the_rest();

  Child child_;
  Clock& clock_;
  asio::posix::stream_descriptor exit_;
  asio::posix::stream_descriptor output_;
  OutputTail said_;
  bool late_ = false;
};

/// What lies in the pipe; a program left in the background may go on writing, and is not listened to.
void Run::hear_the_rest() {
  constexpr int kPipeCapacity = 64 << 10;
  std::array<char, 4096> chunk;
  boost::system::error_code failed;
  output_.non_blocking(true, failed);
  for (int heard = 0; !failed && heard < kPipeCapacity; heard += static_cast<int>(chunk.size())) {
    said_.append({chunk.data(), output_.read_some(asio::buffer(chunk), failed)});
  }
}

Result<void> Run::result() {
  hear_the_rest();
  auto status = child_.reap();
  if (!status) return status.error();
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return {};
  std::string words = WIFEXITED(*status)
                          ? fmt::format("exit code {}", WEXITSTATUS(*status))
                          : fmt::format("ended by a signal: {}", ::strsignal(WTERMSIG(*status)));
  if (const std::string line = said_.last_line(); !line.empty()) words += ": " + line;
  return Error{Errc::kPeerRejected, kRun, std::move(words)};
}

void report(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    spdlog::critical("a bug ended the watch over a hook's program: {}", error.what());
  }
}

}  // namespace

std::vector<std::string> hook_environment(const Message& message) {
  std::vector<std::string> entries{"REELD_EVENT=" + message.event, "REELD_JOB_ID=" + message.job.str(),
                                   "REELD_BATCH_ID=" + message.batch.str()};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!is_private(*entry)) entries.emplace_back(*entry);
  }
  return entries;
}

Command::Command(Parts parts, std::vector<std::string> argv, Duration limit)
    : parts_(parts), argv_(std::move(argv)), limit_(limit) {}

asio::awaitable<Result<void>> Command::run(const Message& message) {
  // A cancellation is looked for where it can be served; thrown, it would leave the program's watchers
  // behind.
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto executor = co_await asio::this_coro::executor;
  std::function<Result<Child>()> start = [launch = Launch{argv_, hook_environment(message), message.body}] {
    return Child::start(launch);
  };
  auto child = co_await parts_.pool.run(std::move(start));
  if (!child) co_return child.error();
  const Error stopped(Errc::kCancelled, kRun, "the daemon stops");
  if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) {
    co_return stopped;
  }

  Run run(executor, std::move(*child), parts_.clock);
  Nursery watchers(executor, report);
  watchers.spawn(run.listen());
  watchers.spawn(run.end_after(limit_));
  const bool cancelled = !co_await run.ended();
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (cancelled) {
    watchers.spawn(run.end(kGraceAtShutdown));
    co_await run.ended();
  }
  if (cancelled || run.late()) run.end_rest();
  watchers.cancel(asio::cancellation_type::terminal);
  co_await watchers.join(kForever);

  auto result = run.result();
  if (cancelled) co_return stopped;
  if (run.late()) {
    co_return Error{Errc::kTimedOut, kRun, fmt::format("did not end within {}", humanize(limit_))};
  }
  co_return result;
}

}  // namespace reeld::hooks
