#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/config/load.hpp"
#include "daemon/app/reload.hpp"

namespace reeld::app {

/// Runs the daemon until SIGTERM or SIGINT; returns the exit code. The only code that names concrete classes.
///
/// 0: stopped as asked. 75: another process has the queue or the spool. 78: something the configuration names
/// cannot be used. 70: a bug. Errors are logged. `on_ready`, where set, is called once it takes requests.
/// SIGHUP takes what has changed in the configuration by `load_again`; without that it is ignored.
int serve(const LoadedConfig& loaded, const std::map<std::string, std::string>& environment,
          const std::function<void()>& on_ready = nullptr, const LoadConfig& load_again = nullptr);

}  // namespace reeld::app
