#pragma once

#include <spdlog/sinks/base_sink.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/util/json.hpp"

namespace reeld {

/// True when standard error is the journal itself, as in a systemd service: JOURNAL_STREAM names it.
bool stderr_is_journal(const std::map<std::string, std::string>& environment);

/// An event's member as a field of the journal: "job" -> "REELD_JOB". No other program uses that prefix.
std::string journal_field(std::string_view member);

/// How a sink takes the logger's messages apart: words for people, and the event's members, if it is one.
struct JournalEntry {
  std::string words;
  Json fields;
};

/// Writes to systemd's journal, an event's members as fields: journalctl REELD_JOB=...
std::shared_ptr<spdlog::sinks::sink> make_journal_sink(
    std::function<JournalEntry(const spdlog::details::log_msg&)> take_apart);

}  // namespace reeld
