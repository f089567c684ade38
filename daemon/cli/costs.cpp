#include <fmt/format.h>

#include <cstdio>

#include "common/job/text.hpp"
#include "common/util/clock.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

/// "1.20 DOLLARS, 300 CREDITS" from {"DOLLARS":"1.20","CREDITS":"300"}.
std::string sums(const Json& costs) {
  std::string words;
  if (!costs.is_object()) return words;
  for (const auto& [unit, amount] : costs.items()) {
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", text_of(costs, unit), printable(unit));
  }
  return words;
}

/// A batch is called by its name, and told apart by its id.
std::string group_words(const Json& line) {
  const std::string group = text_of(line, "group");
  const std::string label = text_of(line, "label");
  return label.empty() || label == group ? group : fmt::format("{} ({})", label, short_id(group));
}

void add(Table& table, const Cell& group, const Json& line) {
  table.add({group, std::to_string(number_of(line, "renders")),
             std::to_string(number_of(line, "without_cost")), sums(member(line, "costs")),
             sums(member(line, "refunded")), sums(member(line, "reserved"))});
}

void print(const Json& answer, const Terminal& terminal) {
  const Json& lines = array_of(answer, "costs");
  fmt::print("From {} until {}\n", text_of(answer, "since"), text_of(answer, "until"));
  if (lines.empty()) {
    fmt::print("Nothing was rendered.\n");
    return;
  }
  Table table({{text_of(answer, "by"), false, true},
               {"RENDERS", true},
               {"UNKNOWN COST", true},
               {"COST", true},
               {"REFUNDED", true},
               {"RESERVED", true}});
  for (const Json& line : lines) add(table, group_words(line), line);
  add(table, Cell("TOTAL", Colour::kBold), member(answer, "total"));
  table.print(terminal);
}

/// `text` as a parameter in RFC 3339; "" stays "". Nothing: it is no time, which was told.
std::optional<std::string> moment(std::string_view option, const std::string& text, Time now) {
  if (text.empty()) return "";
  if (const auto time = parse_moment(text, now)) return format_time(*time);
  fmt::print(stderr, "reeld: {} {} is no time: write 7d for seven days ago, or 2026-12-01T02:00:00Z\n",
             option, in_quotes(text));
  return std::nullopt;
}

}  // namespace

int costs(const Globals& globals, const CostsArguments& arguments) {
  const Time now = SystemClock().now();
  const auto since = moment("--since", arguments.since, now);
  const auto until = moment("--until", arguments.until, now);
  if (!since || !until) return app::kExitUsage;
  Control control(globals);
  Query query("/v1/costs");
  query.add("by", arguments.by).add("since", *since).add("until", *until);
  const auto answer = control.get(query.str());
  if (!answer) return control.exit_code();
  if (globals.json) {
    fmt::print("{}\n", dump_json(*answer));
  } else {
    print(*answer, look_at_terminal(globals.environment));
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
