#include "daemon/app/serve.hpp"

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {

int serve(const Globals& globals) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  app::ServeOptions options;
  options.load_again = [&globals] { return read_config(globals); };
  return app::serve(*loaded, globals.environment, std::move(options));
}

}  // namespace reeld::cli
