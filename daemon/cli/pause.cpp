#include <fmt/format.h>

#include <cstdio>

#include "common/util/clock.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

void print(const Json& queue, bool json, std::string_view done) {
  if (json) {
    fmt::print("{}\n", dump_json(queue));
    return;
  }
  fmt::print("{}\n", done);
  for (const std::string& line : queue_words(queue, SystemClock().now())) fmt::print("{}\n", line);
}

}  // namespace

int pause(const Globals& globals, const PauseArguments& arguments) {
  Control control(globals);
  const auto queue = control.post("/v1/queue/pause", {{"reason", arguments.reason}});
  if (!queue) return control.exit_code();
  print(*queue, globals.json, "Nothing more is submitted until `reeld resume`; renders under way go on.");
  return app::kExitDone;
}

int resume(const Globals& globals) {
  Control control(globals);
  const auto queue = control.post("/v1/queue/resume");
  if (!queue) return control.exit_code();
  print(*queue, globals.json, "The pause is over.");
  return app::kExitDone;
}

}  // namespace reeld::cli
