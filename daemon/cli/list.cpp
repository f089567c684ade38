#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "common/job/text.hpp"
#include "common/util/json.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/queue.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {
namespace {

using store::JobLine;

Json to_json(const JobLine& job) {
  return {{"id", job.id.str()},
          {"name", job.name},
          {"state", to_string(job.state)},
          {"batch", job.batch.str()},
          {"batch_name", job.batch_name},
          {"model", job.model},
          {"priority", job.priority},
          {"since", format_time(job.state_since)},
          {"due_at", job.due_at ? Json(format_time(*job.due_at)) : Json()},
          {"generation_id", job.generation.empty() ? Json() : Json(job.generation.str())},
          {"overdue", job.overdue},
          {"error", job.error.empty() ? Json() : Json(job.error)}};
}

std::size_t terminal_width() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 160;
  return size.ws_col;
}

/// Cut at a code point's edge, so that a table's last column never wraps.
std::string fit(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  while (width > 0 && (static_cast<unsigned char>(text[width]) & 0xC0U) == 0x80U) --width;
  text.resize(width);
  return text;
}

void print_table(const std::vector<JobLine>& jobs) {
  const std::size_t width = terminal_width();
  std::size_t name_width = 4;
  for (const JobLine& job : jobs)
    name_width = std::min<std::size_t>(std::max(name_width, job.name.size()), 40);
  const Time now = SystemClock().now();
  fmt::print("{:<8}  {:<{}}  {:<11}  {:<12}  {:<13}  {}\n", "ID", "NAME", name_width, "STATE", "SINCE",
             "MODEL", "REMARK");
  for (const JobLine& job : jobs) {
    const bool overdue = job.overdue && job.state == JobState::kGenerating;
    const std::string remark = overdue ? "overdue" : printable(job.error, 500);
    const std::string line = fmt::format("{:<8}  {:<{}}  {:<11}  {:<12}  {:<13}  {}", short_id(job.id.str()),
                                         fit(job.name, name_width), name_width, to_string(job.state),
                                         humanize(now - job.state_since), job.model, remark);
    fmt::print("{}\n", fit(line, width));
  }
}

}  // namespace

int list(const Globals& globals, const ListArguments& arguments) {
  store::JobFilter filter;
  filter.batch = arguments.batch;
  filter.limit = arguments.limit;
  if (!arguments.state.empty()) {
    filter.state = parse_job_state(arguments.state);
    if (!filter.state) {
      fmt::print(stderr, "reeld: \"{}\" is no state; the states are", arguments.state);
      for (JobState state : kAllJobStates) fmt::print(stderr, " {}", to_string(state));
      fmt::print(stderr, "\n");
      return app::kExitUsage;
    }
  }
  Queue queue(globals);
  if (!queue.reader()) return queue.exit_code();
  const auto jobs = queue.reader()->list(filter);
  if (!jobs) return queue.fail(jobs.error());
  if (globals.json) {
    for (const JobLine& job : *jobs) fmt::print("{}\n", dump_json(to_json(job)));
  } else if (jobs->empty()) {
    fmt::print("No jobs.\n");
  } else {
    print_table(*jobs);
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
