#include "daemon/app/serve.hpp"

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {

int serve(const Globals& globals) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  return app::serve(*loaded, globals.environment);
}

}  // namespace reeld::cli
