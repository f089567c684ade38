#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/config/api_key.hpp"
#include "common/job/amount.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/embedded_daemon.hpp"
#include "daemon/cli/render_dry_run.hpp"
#include "daemon/cli/render_queue.hpp"
#include "daemon/cli/render_run.hpp"
#include "daemon/cli/render_summary.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/files/durable.hpp"

namespace reeld::cli {
namespace {

constexpr mode_t kPrivateFolder = 0750;

/// How a run ended, from the side of its daemon.
struct Ending {
  int exit_code = app::kExitDone;  ///< of what went wrong before all files were taken in
  bool interrupted = false;
  bool has_all = false;  ///< all files were taken in
  RenderJobs jobs;
  std::string account_trouble;
  bool key_refused = false;
  std::string intake_trouble;  ///< why not all files were taken in; was told
};

std::string reason_of(const Ending& ending) {
  if (ending.interrupted) return "interrupted; the same command goes on where this one ended";
  if (ending.key_refused)
    return fmt::format("the service refuses the API key ({}); put it right", ending.account_trouble);
  if (!ending.account_trouble.empty())
    return fmt::format("the account's balance is used up ({}); add to it", ending.account_trouble);
  return "";
}

/// Whether all that was printed got to where standard output leads; if not, that is told.
bool printed() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  fmt::print(stderr, "reeld: standard output could not be written: what was printed there is not complete\n");
  return false;
}

/// Says what the run came to, from the queue itself; the program's exit code.
int sum_up(const Config& config, const RenderPlaces& places, const Ending& ending, bool json) {
  RenderSummary summary(places);
  const auto queue = open_queue_itself(config);
  if (!queue) return tell(queue.error());
  if (auto trouble = summary.add(**queue, ending.jobs)) return tell(*trouble);
  const bool is_cut_short = summary.anything_left() || !ending.has_all;
  const std::string reason = is_cut_short ? reason_of(ending) : "";
  summary.set_reason(reason.empty() ? ending.intake_trouble : reason);
  int exit_code = std::max(ending.exit_code, summary.exit_code());
  if (ending.interrupted && !ending.has_all) exit_code = app::kExitTryLater;
  if (ending.key_refused && is_cut_short) exit_code = app::kExitConfig;
  if (json) {
    fmt::print("{}\n", dump_json(summary.json(exit_code)));
  } else if (ending.has_all) {
    for (const std::string& line : summary.lines()) fmt::print("{}\n", line);
  }
  if (!reason.empty()) fmt::print(stderr, "reeld: {}\n", reason);
  return printed() ? exit_code : app::kExitIo;
}

int run(const Globals& own, const LoadedConfig& loaded, const RenderArguments& arguments,
        std::vector<RenderInput> inputs) {
  Control control(own);
  if (!control.usable()) return control.exit_code();
  EmbeddedDaemon daemon(loaded, own);
  if (!daemon.wait_until_ready()) return std::max(daemon.stop(), 1);
  const Terminal terminal = look_at_terminal(own.environment);
  const bool json = own.json || !terminal.there;
  RenderRun run(control, {json, follow_style(terminal, json), arguments.retry_failed, terminal,
                          [&daemon] { return daemon.stopping(); }});
  Ending ending;
  ending.exit_code = run.run(std::move(inputs));
  ending.interrupted = daemon.stopping();
  if (const int ended = daemon.stop(); ended != app::kExitDone) return ended;
  ending.has_all = run.has_all();
  ending.jobs = run.jobs();
  ending.intake_trouble = run.trouble();
  ending.account_trouble = run.watch().account_trouble();
  ending.key_refused = run.watch().key_is_refused();
  return sum_up(loaded.config, places_of(arguments), ending, json);
}

}  // namespace

int render(const Globals& globals, const RenderArguments& arguments) {
  if (arguments.max_cost && !read_amount(*arguments.max_cost)) {
    return tell(
        {fmt::format("--max-cost: \"{}\" is not an amount of dollars such as 25.00", *arguments.max_cost),
         app::kExitUsage});
  }
  const auto theirs = load(globals);
  if (!theirs) return app::kExitConfig;
  const Globals own = own_queue(globals, *theirs, arguments);
  const auto loaded = load(own);
  if (!loaded) return app::kExitConfig;
  if (arguments.dry_run) return dry_run(*loaded, own, arguments);
  const std::filesystem::path state = places_of(arguments).state;
  if (auto fine = check_state_place(state, loaded->config.store.allow_network_filesystem); !fine)
    return tell(own_trouble(fine.error()));
  auto inputs = find_inputs(arguments.paths, state);
  if (!inputs) return tell(inputs.error());
  // A daemon waits for its key; somebody who waits for films should hear that there is none.
  if (const auto key = find_api_key(loaded->config.leonardo, own.environment); !key) {
    fmt::print(stderr, "reeld: {}\n", key.error().detail);
    return app::kExitConfig;
  }
  if (auto made = files::make_directories(state, kPrivateFolder); !made)
    return tell(own_trouble(made.error()));
  return run(own, *loaded, arguments, std::move(*inputs));
}

}  // namespace reeld::cli
