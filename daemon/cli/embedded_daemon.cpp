#include "daemon/cli/embedded_daemon.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include "daemon/app/serve.hpp"

namespace reeld::cli {

using namespace std::chrono_literals;

EmbeddedDaemon::EmbeddedDaemon(const LoadedConfig& loaded, const Globals& globals)
    : thread_([this, &loaded, &globals] {
        app::ServeOptions options;
        options.on_ready = [this] { ready_ = true; };
        options.on_stopping = [this] { stopping_ = true; };
        options.begin_paused = "reeld render takes its files in";
        exit_code_ = app::serve(loaded, globals.environment, std::move(options));
        stopping_ = true;
        ended_ = true;
      }) {}

EmbeddedDaemon::~EmbeddedDaemon() {
  stop();
}

bool EmbeddedDaemon::wait_until_ready() const {
  // Asked of the daemon itself: at the socket another one might answer, which has the queue.
  while (!ready_ && !ended_) std::this_thread::sleep_for(10ms);
  return ready_;
}

int EmbeddedDaemon::stop() {
  if (!thread_.joinable()) return exit_code_;
  // The daemon winds down as for anybody's SIGTERM. A second one ends the process at once, so none is sent to
  // a daemon that winds down already; a person's may come all the same: what was printed must be out by then.
  std::fflush(stdout);
  if (!stopping_) ::kill(::getpid(), SIGTERM);
  thread_.join();
  return exit_code_;
}

}  // namespace reeld::cli
