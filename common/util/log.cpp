#include "common/util/log.hpp"

#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <memory>

#include "common/util/journal_sink.hpp"
#include "common/util/time.hpp"

namespace reeld {
namespace {

/// Messages of this logger are JSON objects already; those of the default logger are words.
constexpr const char* kEventLogger = "event";

std::string_view priority(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return "<2>";
    case spdlog::level::err:
      return "<3>";
    case spdlog::level::warn:
      return "<4>";
    case spdlog::level::info:
      return "<6>";
    default:
      return "<7>";
  }
}

bool needs_quotes(const std::string& text) {
  return text.empty() || std::ranges::any_of(text, [](char c) { return c <= ' ' || c == '"' || c == '='; });
}

std::string as_text(const Json& event) {
  std::string line = event.value("msg", "");
  for (const auto& [key, value] : event.items()) {
    if (key == "msg") continue;
    const bool bare = value.is_string() && !needs_quotes(value.get_ref<const std::string&>());
    line += fmt::format(" {}={}", key, bare ? value.get<std::string>() : dump_json(value));
  }
  return line;
}

bool is_event(const spdlog::details::log_msg& message) {
  return std::string_view(message.logger_name.data(), message.logger_name.size()) == kEventLogger;
}

std::string payload_of(const spdlog::details::log_msg& message) {
  return {message.payload.data(), message.payload.size()};
}

JournalEntry take_apart(const spdlog::details::log_msg& message) {
  if (!is_event(message)) return {payload_of(message), Json::object()};
  Json event = Json::parse(payload_of(message));
  std::string words = as_text(event);
  event.erase("msg");
  return {std::move(words), std::move(event)};
}

class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(LogFormat format) : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const std::string payload = payload_of(message);
    const std::string time = format_time(std::chrono::time_point_cast<Duration>(message.time));
    const auto level_name = spdlog::level::to_string_view(message.level);
    const std::string level(level_name.data(), level_name.size());
    std::string line;
    if (format_ == LogFormat::kJson) {
      Json object = is_event(message) ? Json::parse(payload) : Json{{"msg", payload}};
      object["time"] = time;
      object["level"] = level;
      line = dump_json(object);
    } else {
      const std::string words = is_event(message) ? as_text(Json::parse(payload)) : payload;
      line = format_ == LogFormat::kJournald ? fmt::format("{}{}", priority(message.level), words)
                                             : fmt::format("{} {:<7} {}", time, level, words);
    }
    line += '\n';
    out.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(format_);
  }

 private:
  LogFormat format_;
};

std::shared_ptr<spdlog::sinks::sink> make_sink(LogFormat format,
                                               const std::map<std::string, std::string>& environment) {
  if (format == LogFormat::kJournald && stderr_is_journal(environment)) return make_journal_sink(take_apart);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(std::make_unique<LineFormatter>(format));
  return sink;
}

}  // namespace

void set_up_log(LogFormat format, const std::string& level,
                const std::map<std::string, std::string>& environment) {
  const auto sink = make_sink(format, environment);
  const auto threshold = spdlog::level::from_str(level);
  auto words = std::make_shared<spdlog::logger>("reeld", sink);
  words->set_level(threshold);
  words->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(words);
  auto events = std::make_shared<spdlog::logger>(kEventLogger, sink);
  events->set_level(threshold);
  events->flush_on(spdlog::level::trace);
  spdlog::drop(kEventLogger);
  spdlog::register_logger(events);
}

void log_event(spdlog::level::level_enum level, std::string_view words, const Json& fields) {
  const auto events = spdlog::get(kEventLogger);
  if (events == nullptr || !events->should_log(level)) return;
  Json event = Json::object();
  for (const auto& [key, value] : fields.items()) {
    if (value.is_null() || value == "") continue;
    event[key] = value;
  }
  event["msg"] = words;
  events->log(level, dump_json(event));
}

}  // namespace reeld
