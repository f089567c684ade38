#include <fmt/format.h>

#include <cstdio>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/follow.hpp"
#include "daemon/cli/job_ids.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {
namespace {

/// What the arguments name; null where something of it does not exist: that was told.
std::unique_ptr<Watched> choose(Control& control, const WatchArguments& arguments, int& exit_code) {
  if (!arguments.batch.empty()) {
    const auto batch = control.get("/v1/batches/" + percent_encode(arguments.batch));
    exit_code = control.exit_code();
    return batch ? watch_batch(control, text_of(*batch, "id")) : nullptr;
  }
  if (arguments.ids.empty()) return watch_queue(control);
  const Match match = [&control](const std::string& part) {
    return control.ask(Query("/v1/jobs").add("id", part).str());
  };
  std::vector<std::string> ids;
  for (const std::string& part : arguments.ids) {
    auto id = find_job(part, match);
    if (!id) {
      exit_code = tell(id.error());
      return nullptr;
    }
    ids.push_back(std::move(*id));
  }
  return watch_jobs(control, std::move(ids));
}

}  // namespace

int watch(const Globals& globals, const WatchArguments& arguments) {
  if (!arguments.ids.empty() && !arguments.batch.empty()) {
    fmt::print(stderr, "reeld: watch takes ids or --batch, not both\n");
    return app::kExitUsage;
  }
  Control control(globals);
  if (!control.usable()) return control.exit_code();
  int exit_code = app::kExitDone;
  const auto watched = choose(control, arguments, exit_code);
  if (!watched) return exit_code;
  const Terminal terminal = look_at_terminal(globals.environment);
  return follow(control, *watched, follow_style(terminal, globals.json), terminal);
}

}  // namespace reeld::cli
