#include <fmt/format.h>

#include <cstdio>

#include "common/config/api_key.hpp"
#include "common/config/secret_file.hpp"
#include "common/util/json.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {
namespace {

/// Of the file that is named only: where a service has its key from is not seen from a shell.
std::string warn_of_key(const Config& config, const Globals& globals) {
  if (config.leonardo.api_key_file.empty()) return "";
  if (is_closed_to_us(config.leonardo.api_key_file)) {
    return fmt::format(
        "leonardo.api_key_file: this user may not read {}, so that only the daemon can check it",
        config.leonardo.api_key_file.string());
  }
  const auto key = find_api_key(config.leonardo, globals.environment);
  return key ? key->warning : key.error().detail + "; submits are held until then";
}

}  // namespace

int config_check(const Globals& globals) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  std::vector<std::string> warnings = loaded->warnings;
  if (std::string key = warn_of_key(loaded->config, globals); !key.empty())
    warnings.push_back(std::move(key));
  for (const std::string& warning : warnings) fmt::print(stderr, "reeld: warning: {}\n", warning);
  if (globals.json) {
    fmt::print("{}\n", dump_json({{"ok", true}, {"warnings", warnings}}));
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
