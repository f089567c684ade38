#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/util/clock.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {
namespace {

constexpr int kMostOfAPage = 1000;

/// Page after page until there are `limit` batches (0: all). Nothing: the trouble was told.
std::optional<Json> collect(Control& control, int limit) {
  Json batches = Json::array();
  std::string after;
  do {
    const int left = limit == 0 ? kMostOfAPage : limit - static_cast<int>(batches.size());
    Query query("/v1/batches");
    query.add("limit", std::to_string(std::min(left, kMostOfAPage))).add("after", after);
    const auto page = control.get(query.str());
    if (!page) return std::nullopt;
    for (const Json& batch : array_of(*page, "batches")) batches.push_back(batch);
    after = text_of(*page, "next");
  } while (!after.empty() && (limit == 0 || static_cast<int>(batches.size()) < limit));
  return batches;
}

std::string remark(const Json& batch, Time now) {
  const std::string held = text_of(batch, "held");
  if (!held.empty()) return "held: " + held;
  const auto finished = time_of(batch, "finished_at");
  return finished ? fmt::format("finished {} ago", humanize(std::max(now - *finished, Duration(0)))) : "";
}

void print_table(const Json& batches, const Terminal& terminal) {
  Table table({{"ID"},
               {"NAME", false, true},
               {"AGE"},
               {"JOBS", true},
               {"OPEN", true},
               {"SUCCEEDED", true},
               {"FAILED", true},
               {"CANCELLED", true},
               {"REMARK", false, true}});
  const Time now = SystemClock().now();
  for (const Json& batch : batches) {
    const Json& counts = member(batch, "counts");
    const auto accepted = time_of(batch, "accepted_at");
    const auto failed = number_of(counts, "failed");
    table.add({short_id(text_of(batch, "id")), text_of(batch, "name"),
               accepted ? humanize(std::max(now - *accepted, Duration(0))) : "",
               std::to_string(number_of(counts, "jobs")), std::to_string(number_of(counts, "open")),
               std::to_string(number_of(counts, "succeeded")),
               Cell(std::to_string(failed), failed > 0 ? Colour::kRed : Colour::kNone),
               std::to_string(number_of(counts, "cancelled")), remark(batch, now)});
  }
  table.print(terminal);
}

}  // namespace

int batches(const Globals& globals, const BatchesArguments& arguments) {
  Control control(globals);
  const auto batches = collect(control, arguments.limit);
  if (!batches) return control.exit_code();
  if (globals.json) {
    for (const Json& batch : *batches) fmt::print("{}\n", dump_json(batch));
  } else if (batches->empty()) {
    fmt::print("No batches.\n");
  } else {
    print_table(*batches, look_at_terminal(globals.environment));
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
