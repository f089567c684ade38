#pragma once

#include <spdlog/spdlog.h>

#include <map>
#include <string>
#include <string_view>

#include "common/util/json.hpp"

namespace reeld {

enum class LogFormat {
  kText,      ///< "2026-12-01T02:00:00.000Z info  words key=value ..."
  kJson,      ///< one JSON object a line
  kJournald,  ///< systemd's journal with fields; elsewhere text with the priority prefix that journald reads
};

/// Sets up the program's one logger. `level` is one of spdlog's names. The journal is written to only where
/// the environment says that standard error is it; everything else goes to standard error.
void set_up_log(LogFormat format, const std::string& level,
                const std::map<std::string, std::string>& environment);

/// One event: words for a person, fields for a program. A field whose value is "" or null is left out.
void log_event(spdlog::level::level_enum level, std::string_view words, const Json& fields);

}  // namespace reeld
