#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/util/clock.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/queue_view.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {
namespace {

constexpr int kMostOfAPage = 1000;

/// Page after page until there are `limit` jobs (0: all). A page may be short and still have a next one.
Answer collect(QueueView& view, const ListArguments& arguments) {
  Json jobs = Json::array();
  std::string after;
  do {
    const int left = arguments.limit == 0 ? kMostOfAPage : arguments.limit - static_cast<int>(jobs.size());
    auto page = view.list(arguments.choice, after, std::min(left, kMostOfAPage));
    if (!page) return page.error();
    for (const Json& job : array_of(*page, "jobs")) jobs.push_back(job);
    after = text_of(*page, "next");
  } while (!after.empty() && (arguments.limit == 0 || static_cast<int>(jobs.size()) < arguments.limit));
  return jobs;
}

/// Why it waits, or what went wrong.
std::string remark(const Json& job) {
  const std::string waiting = text_of(job, "waiting");
  if (!waiting.empty()) return waiting;
  if (flag_of(job, "overdue") && text_of(job, "state") == "generating") return "overdue";
  return text_of(job, "error");
}

std::string age(const Json& job, Time now) {
  const auto since = time_of(job, "since");
  return since ? humanize(std::max(now - *since, Duration(0))) : "";
}

void print_table(const Json& jobs, const Terminal& terminal) {
  Table table({{"ID"}, {"NAME", false, true}, {"STATE"}, {"SINCE"}, {"MODEL"}, {"REMARK", false, true}});
  const Time now = SystemClock().now();
  for (const Json& job : jobs) {
    const std::string state = text_of(job, "state");
    table.add({short_id(text_of(job, "id")), text_of(job, "name"), Cell(state, state_colour(state)),
               age(job, now), text_of(job, "model"), remark(job)});
  }
  table.print(terminal);
}

}  // namespace

int list(const Globals& globals, const ListArguments& arguments) {
  if (auto known = check_states(arguments.choice); !known) {
    tell(own_trouble(known.error()));
    return app::kExitUsage;
  }
  Control control(globals);
  int exit_code = app::kExitDone;
  auto view = open_view(control, exit_code);
  if (!view) return exit_code;
  const Answer jobs = collect(*view, arguments);
  // Printing may wait for a pager; the queue's lock must not.
  view.reset();
  if (!jobs) return tell(jobs.error());
  if (globals.json) {
    for (const Json& job : *jobs) fmt::print("{}\n", dump_json(job));
  } else if (jobs->empty()) {
    fmt::print("No jobs.\n");
  } else {
    print_table(*jobs, look_at_terminal(globals.environment));
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
