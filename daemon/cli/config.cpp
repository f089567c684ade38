#include <fmt/format.h>

#include <cstdio>

#include "common/util/json.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {

int config_check(const Globals& globals) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  for (const std::string& warning : loaded->warnings) fmt::print(stderr, "reeld: warning: {}\n", warning);
  if (globals.json) {
    fmt::print("{}\n", dump_json({{"ok", true}, {"warnings", loaded->warnings}}));
  } else {
    fmt::print("The configuration is right.\n");
  }
  return app::kExitDone;
}

int config_show(const Globals& globals) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  if (!globals.json) {
    fmt::print("{}", to_toml(*loaded, true));
    return app::kExitDone;
  }
  for (const ConfigOrigin& setting : loaded->origins) {
    fmt::print("{}\n",
               dump_json({{"key", setting.key}, {"value", setting.value}, {"origin", setting.origin}}));
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
