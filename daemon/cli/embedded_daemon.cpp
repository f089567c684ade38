#include "daemon/cli/embedded_daemon.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>

#include "daemon/app/serve.hpp"
#include "daemon/http/local/client.hpp"

namespace reeld::cli {

using namespace std::chrono_literals;

EmbeddedDaemon::EmbeddedDaemon(const LoadedConfig& loaded, const Globals& globals)
    : thread_([this, &loaded, &globals] {
        exit_code_ = app::serve(loaded, globals.environment);
        ended_ = true;
      }) {}

EmbeddedDaemon::~EmbeddedDaemon() {
  stop();
}

bool EmbeddedDaemon::wait_until_ready(const std::filesystem::path& socket) const {
  http::local::Request request;
  request.target = "/healthz";
  while (!ended_) {
    auto client = http::local::make_client({.socket = socket, .url = {}, .token = {}, .ca_file = {}});
    if (client && (*client)->send(request)) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

int EmbeddedDaemon::stop() {
  if (!thread_.joinable()) return exit_code_;
  // The daemon winds down as for anybody's SIGTERM; one that a person has interrupted already is left to it.
  if (!ended_) ::kill(::getpid(), SIGTERM);
  thread_.join();
  return exit_code_;
}

}  // namespace reeld::cli
