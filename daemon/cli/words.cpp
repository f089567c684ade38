#include "daemon/cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/job/state.hpp"
#include "daemon/cli/json_members.hpp"

namespace reeld::cli {

using namespace std::chrono_literals;

std::string count_of(std::int64_t count, std::string_view thing) {
  const std::string_view ending = count == 1 ? "" : thing.ends_with("ch") ? "es" : "s";
  return fmt::format("{} {}{}", count, thing, ending);
}

std::string roughly(Duration duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  const auto minutes = std::chrono::round<std::chrono::minutes>(duration).count();
  if (duration < 100s) return fmt::format("{} s", seconds);
  if (duration < 100min) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

std::string estimate(Duration elapsed, std::optional<Duration> expected) {
  if (!expected) return "";
  if (elapsed >= *expected) return "longer than usual";
  return fmt::format("about {} left", roughly(*expected - elapsed));
}

std::string progress_words(const Json& progress) {
  const auto elapsed = duration_of(progress, "elapsed_ms");
  if (!elapsed) return "";
  const std::string left = estimate(*elapsed, duration_of(progress, "expected_ms"));
  return left.empty() ? humanize(*elapsed) : fmt::format("{}, {}", humanize(*elapsed), left);
}

std::string event_words(const Json& event, const std::string& who) {
  const std::string to = text_of(event, "to");
  const std::string from = text_of(event, "from");
  const std::string change = to.empty() ? "" : fmt::format("{} -> {}: ", from.empty() ? "new" : from, to);
  return fmt::format("{}  {}{}{}{}", text_of(event, "at"), who, who.empty() ? "" : "  ", change,
                     text_of(event, "text"));
}

std::string counts_words(const Json& counts) {
  std::string words;
  for (JobState state : kAllJobStates) {
    const auto count = number_of(counts, to_string(state));
    if (count != 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, to_string(state));
  }
  return words;
}

std::vector<std::string> queue_words(const Json& queue, Time now) {
  std::vector<std::string> lines;
  if (const Json& pause = member(queue, "paused"); pause.is_object()) {
    const std::string by = text_of(pause, "by");
    const std::string reason = text_of(pause, "reason");
    const auto since = time_of(pause, "since");
    lines.push_back(
        fmt::format("paused{}{}{}{}", by.empty() ? "" : " by " + by,
                    since ? fmt::format(" {} ago", humanize(std::max(now - *since, Duration(0)))) : "",
                    reason.empty() ? "" : ": ", reason));
  }
  if (const Json& hold = member(queue, "account_held"); hold.is_object()) {
    const auto probe = duration_of(hold, "next_probe_ms");
    lines.push_back(
        fmt::format("submits are held: {}{}", text_of(hold, "reason"),
                    probe ? fmt::format("; the account is asked again in {}", roughly(*probe)) : ""));
  }
  const std::string store = text_of(queue, "store_trouble");
  if (!store.empty()) lines.push_back(store);
  const std::string disk = text_of(queue, "disk_low");
  if (!disk.empty()) lines.push_back(disk);
  return lines;
}

std::optional<Time> parse_moment(std::string_view text, Time now) {
  if (const auto ago = parse_duration(text)) return now - *ago;
  return parse_time(text);
}

}  // namespace reeld::cli
