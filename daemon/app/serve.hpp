#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/config/load.hpp"
#include "daemon/app/reload.hpp"

namespace reeld::app {

struct ServeOptions {
  LoadConfig load_again = nullptr;           ///< what SIGHUP takes changes from; none: SIGHUP is ignored
  std::function<void()> on_ready = nullptr;  ///< called once it takes requests
  std::function<void()> on_stopping =
      nullptr;                    ///< called as soon as it was asked to stop, before it winds down
  std::string begin_paused = {};  ///< why nothing is sent before somebody resumes; empty: it begins
};

/// Runs the daemon until SIGTERM or SIGINT; returns the exit code. The only code that names concrete classes.
///
/// 0: stopped as asked. 75: another process has the queue or the spool. 78: something the configuration names
/// cannot be used. 70: a bug. Errors are logged.
int serve(const LoadedConfig& loaded, const std::map<std::string, std::string>& environment,
          ServeOptions options);

}  // namespace reeld::app
