#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

#include "common/util/json.hpp"

namespace reeld {

enum class LogFormat {
  kText,      ///< "2026-12-01T02:00:00.000Z info  words key=value ..."
  kJson,      ///< one JSON object a line
  kJournald,  ///< text without a time, with the priority prefix that journald reads
};

/// Sets up the program's one logger, on stderr. `level` is one of spdlog's names.
void set_up_log(LogFormat format, const std::string& level);

/// One event: words for a person, fields for a program. A field whose value is "" or null is left out.
void log_event(spdlog::level::level_enum level, std::string_view words, const Json& fields);

}  // namespace reeld
