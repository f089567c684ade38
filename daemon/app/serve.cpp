#include "daemon/app/serve.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <exception>

#include "common/config/api_key.hpp"
#include "common/util/log.hpp"
#include "daemon/app/daemon.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/app/hangups.hpp"

namespace reeld::app {
namespace {

LogFormat log_format(const std::string& name) {
  if (name == "json") return LogFormat::kJson;
  return name == "journald" ? LogFormat::kJournald : LogFormat::kText;
}

/// The key's text alone; a missing one is no failure: the daemon takes jobs in and says where to put the key.
Result<std::string> read_key(const Config& config, const std::map<std::string, std::string>& environment) {
  auto key = find_api_key(config.leonardo, environment);
  if (!key) return key.error();
  spdlog::info("using the API key from {}", key->origin);
  if (!key->warning.empty()) spdlog::warn("{}", key->warning);
  return std::move(key->secret);
}

/// Films, renders and those who look on share the process's descriptors: as many as the system allows.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) spdlog::warn("the limit of open files could not be raised");
}

/// The API key stands in this process's memory: no core dump holds it, and no other program of the same user
/// reads it.
void keep_memory_private() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) spdlog::warn("core dumps of this process cannot be refused");
}

}  // namespace

int serve(const LoadedConfig& loaded, const std::map<std::string, std::string>& environment,
          ServeOptions options) {
  const Config& config = loaded.config;
  set_up_log(log_format(config.log.format), config.log.level, environment);
  for (const std::string& warning : loaded.warnings) spdlog::warn("{}", warning);
  raise_descriptor_limit();
  keep_memory_private();
  // A peer that goes away must end a write with an error, not the process.
  std::signal(SIGPIPE, SIG_IGN);
  // Nor must a limit on the size of files.
  std::signal(SIGXFSZ, SIG_IGN);
  if (options.load_again)
    Hangups::block();
  else
    std::signal(SIGHUP, SIG_IGN);

  const auto key = read_key(config, environment);
  if (!key) spdlog::warn("submits are held: {}", key.error().detail);

  asio::io_context io(1);
  Startup startup{config,
                  environment,
                  key,
                  std::move(options.load_again),
                  std::move(options.begin_paused),
                  std::move(options.on_stopping)};
  auto daemon = Daemon::build(io, std::move(startup));
  if (!daemon) {
    spdlog::critical("cannot start: {}", daemon.error().detail);
    return exit_code(daemon.error());
  }
  if (options.on_ready) options.on_ready();
  std::exception_ptr bug;
  bool healthy = true;
  asio::co_spawn(io, (*daemon)->run(), [&](std::exception_ptr exception, bool ended_well) {
    bug = exception;
    healthy = ended_well;
  });
  io.run();
  (*daemon)->close();
  if (!bug) return healthy ? kExitDone : kExitSoftware;
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& error) {
    spdlog::critical("a bug ended the daemon: {}", error.what());
  }
  return kExitSoftware;
}

}  // namespace reeld::app
