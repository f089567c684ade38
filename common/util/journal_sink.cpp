// The place of each line would be the sink's own.
#define SD_JOURNAL_SUPPRESS_LOCATION

#include "common/util/journal_sink.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <mutex>
#include <vector>

namespace reeld {
namespace {

int priority(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return LOG_CRIT;
    case spdlog::level::err:
      return LOG_ERR;
    case spdlog::level::warn:
      return LOG_WARNING;
    case spdlog::level::info:
      return LOG_INFO;
    default:
      return LOG_DEBUG;
  }
}

class JournalSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit JournalSink(std::function<JournalEntry(const spdlog::details::log_msg&)> take_apart)
      : take_apart_(std::move(take_apart)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const JournalEntry entry = take_apart_(message);
    std::vector<std::string> fields{"MESSAGE=" + entry.words,
                                    fmt::format("PRIORITY={}", priority(message.level)),
                                    "SYSLOG_IDENTIFIER=reeld"};
    for (const auto& [member, value] : entry.fields.items()) {
      const std::string text = value.is_string() ? value.get<std::string>() : dump_json(value);
      fields.push_back(fmt::format("{}={}", journal_field(member), text));
    }
    std::vector<iovec> parts;
    for (std::string& field : fields) parts.push_back({field.data(), field.size()});
    // The last words of a process that ends at once go through the journal's stream: by the time that
    // journald looks where another message came from, it may be gone, and the unit's log would lack the
    // reason.
    const bool last = message.level == spdlog::level::critical;
    if (!last && sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) == 0) return;
    // That takes the words alone, with the priority before them.
    fmt::print(stderr, "<{}>{}\n", priority(message.level), entry.words);
  }

  void flush_() override {}

  std::function<JournalEntry(const spdlog::details::log_msg&)> take_apart_;
};

}  // namespace

bool stderr_is_journal(const std::map<std::string, std::string>& environment) {
  const auto stream = environment.find("JOURNAL_STREAM");
  struct stat standard_error{};
  if (stream == environment.end() || ::fstat(STDERR_FILENO, &standard_error) != 0) return false;
  return stream->second == fmt::format("{}:{}", standard_error.st_dev, standard_error.st_ino);
}

std::string journal_field(std::string_view member) {
  std::string field = "REELD_";
  for (const char c : member) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    field += plain ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : '_';
  }
  return field;
}

std::shared_ptr<spdlog::sinks::sink> make_journal_sink(
    std::function<JournalEntry(const spdlog::details::log_msg&)> take_apart) {
  return std::make_shared<JournalSink>(std::move(take_apart));
}

}  // namespace reeld
