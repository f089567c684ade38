#include <fmt/format.h>

#include <cstdio>

#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/job_ids.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {
namespace {

Json verdict(const ResolveArguments& arguments) {
  if (!arguments.adopt.empty()) return {{"verdict", "adopt"}, {"generation_id", arguments.adopt}};
  return {{"verdict", arguments.resend ? "resend" : "fail"}};
}

}  // namespace

int resolve(const Globals& globals, const ResolveArguments& arguments) {
  Control control(globals);
  if (!control.usable()) return control.exit_code();
  const auto id = find_job(arguments.id, [&control](const std::string& part) {
    return control.ask(Query("/v1/jobs").add("id", part).str());
  });
  if (!id) return tell(id.error());
  const auto answer = control.post("/v1/jobs/" + *id + "/resolve", verdict(arguments));
  if (!answer) return control.exit_code();
  const Json& job = member(*answer, "job");
  if (globals.json) {
    fmt::print("{}\n", dump_json(job));
  } else {
    fmt::print("{} {}: {}\n", short_id(*id), text_of(job, "name"), text_of(job, "state"));
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
