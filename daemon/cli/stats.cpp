#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/job/text.hpp"
#include "common/util/clock.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/queue_view.hpp"
#include "daemon/cli/shape.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

using namespace std::chrono_literals;

void line(std::string_view label, const std::string& text) {
  if (!text.empty()) fmt::print("{:<10} {}\n", label, text);
}

/// "3 of 10 renders"; a limit of 0 is none.
std::string used(const Json& limits, std::string_view use, std::string_view limit, std::string_view thing) {
  const auto most = number_of(limits, limit);
  const auto now = number_of(limits, use);
  return most == 0 ? count_of(now, thing) : fmt::format("{} of {}", now, count_of(most, thing));
}

std::string per_minute(std::int64_t count) {
  return count == 0 ? "any number" : std::to_string(count);
}

/// Without the daemon nothing is in flight, and no limit is in force.
void print_limits(const Json& limits) {
  if (!limits.is_object()) return;
  line("in flight",
       fmt::format("{}; the service takes {} now", used(limits, "in_flight", "max_generations", "render"),
                   number_of(limits, "window")));
  line("downloads", used(limits, "downloads", "max_downloads", "slot"));
  const auto next = duration_of(limits, "next_submit_ms").value_or(0ms);
  line("a minute",
       fmt::format("{} submits, {} requests{}", per_minute(number_of(limits, "submits_per_minute")),
                   per_minute(number_of(limits, "requests_per_minute")),
                   next > 0ms ? fmt::format("; the next submit in {}", roughly(next)) : ""));
}

/// "1.20 DOLLARS" from {"DOLLARS":"1.20"}; "nothing" for none.
std::string sums(const Json& amounts) {
  std::string words;
  if (!amounts.is_object()) return words;
  for (const auto& [unit, unused] : amounts.items()) {
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", text_of(amounts, unit), printable(unit));
  }
  return words.empty() ? "nothing" : words;
}

void print_budget(const Json& budget) {
  if (!budget.is_object()) return;
  const std::string per_day = text_of(budget, "per_day");
  const std::string per_batch = text_of(budget, "per_batch");
  line("spent", fmt::format("{} today (UTC), {} reserved{}", sums(member(budget, "spent")),
                            sums(member(budget, "reserved")),
                            per_day.empty() ? "" : fmt::format("; {} dollars a day are allowed", per_day)));
  if (!per_batch.empty()) line("a batch", fmt::format("may cost {} dollars", per_batch));
  const std::string total = text_of(budget, "total");
  if (!total.empty()) line("the queue", fmt::format("may cost {} dollars in all", total));
}

/// What ended in the hours that began since `from`.
std::string ended_since(const Json& stats, Time from) {
  Json sum = Json::object();
  for (const Json& hour : array_of(stats, "hours")) {
    const auto began = time_of(hour, "hour");
    if (!began || *began < from) continue;
    for (const char* state : {"succeeded", "failed", "cancelled"}) {
      sum[state] = number_of(sum, state) + number_of(hour, state);
    }
  }
  const std::string words = counts_words(sum);
  return words.empty() ? "nothing ended" : words;
}

void print_oldest(const Json& oldest, Time now) {
  if (!oldest.is_object()) return;
  std::string words;
  for (const auto& [state, unused] : oldest.items()) {
    const auto accepted = time_of(oldest, state);
    if (!accepted) continue;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", printable(state),
                         humanize(std::max(now - *accepted, Duration(0))));
  }
  line("oldest", words);
}

void print(const Json& stats, const Terminal& terminal) {
  const Time now = time_of(stats, "now").value_or(SystemClock().now());
  const std::string version = text_of(stats, "version");
  const auto started = time_of(stats, "started_at");
  if (started) line("daemon", fmt::format("reeld {}, for {}", version, humanize(now - *started)));
  const std::string counts = counts_words(member(stats, "counts"));
  line("jobs", counts.empty() ? "none" : counts);
  const auto stops = queue_words(member(stats, "queue"), now);
  for (const std::string& words : stops) line("queue", words);
  print_limits(member(stats, "limits"));
  const Time hour = std::chrono::floor<std::chrono::hours>(now);
  line("this hour", ended_since(stats, hour));
  line("24 hours", ended_since(stats, hour - 23h));
  print_budget(member(stats, "budget"));
  print_oldest(member(stats, "oldest"), now);
  if (array_of(stats, "shape").empty()) return;
  fmt::print("\nUnfinished jobs by age in minutes:\n");
  shape_table(stats).print(terminal);
}

}  // namespace

int stats(const Globals& globals) {
  Control control(globals);
  int exit_code = app::kExitDone;
  auto view = open_view(control, exit_code);
  if (!view) return exit_code;
  const Answer stats = view->stats();
  view.reset();
  if (!stats) return tell(stats.error());
  if (globals.json) {
    fmt::print("{}\n", dump_json(*stats));
  } else {
    print(*stats, look_at_terminal(globals.environment));
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
