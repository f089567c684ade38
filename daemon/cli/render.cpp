#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/embedded_daemon.hpp"
#include "daemon/cli/follow.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/problem_list.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/render_inputs.hpp"
#include "daemon/cli/render_summary.hpp"
#include "daemon/cli/upload.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/files/durable.hpp"

namespace reeld::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPrivateFolder = 0750;

/// The configuration of a queue that lives beside its results. What the person set stays in force, but for
/// where things are.
Globals own_queue(const Globals& globals, const fs::path& output, const fs::path& state) {
  Globals own = globals;
  own.data_dir = state.string();
  own.settings.insert(own.settings.begin(), {"log.level=warn", "results.min_free_mib=64"});
  for (const auto& [key, value] : {std::pair{"results.dir", output}, std::pair{"spool.dir", state / "spool"},
                                   std::pair{"http.listen", fs::path()}}) {
    own.settings.push_back(fmt::format("{}={}", key, value.string()));
  }
  own.settings.push_back(fmt::format("store.url=sqlite://{}", (state / "queue.db").string()));
  own.url.clear();
  return own;
}

class Renderer {
 public:
  Renderer(Control& control, const EmbeddedDaemon& daemon, const Globals& globals)
      : control_(control),
        daemon_(daemon),
        globals_(globals),
        terminal_(look_at_terminal(globals.environment)) {}

  /// Says what is wrong with a file, and takes nothing in. The exit code.
  int check(const RenderInput& input) {
    auto upload = Upload::open(input.file.string());
    if (!upload) return tell(upload.error());
    const Answer answer = control_.ask(upload->request("/v1/jobs?check=1"));
    if (!answer) return tell(answer.error());
    if (array_of(*answer, "problems").empty()) return app::kExitDone;
    print_problems(input.file.string(), *answer);
    return app::kExitSomeFailed;
  }

  /// Hands one file to the daemon, or finds what an earlier run has handed it: the same bytes under the same
  /// name are one batch, however often they are given. The exit code.
  int submit(const RenderInput& input) {
    auto upload = Upload::open(input.file.string());
    if (!upload) return tell(upload.error());
    http::local::Request request =
        upload->request(Query("/v1/jobs").add("batch", upload->batch_name()).str());
    request.headers.push_back({"Idempotency-Key", input.key});
    const Answer answer = control_.ask(request);
    if (!answer) return tell(answer.error());
    batches_.push_back(text_of(member(*answer, "batch"), "id"));
    return app::kExitDone;
  }

  /// Takes up again what has failed or was cancelled.
  void retry_failed() {
    for (const std::string& batch : batches_) {
      const Json filter{{"state", {"failed", "cancelled"}}, {"batch", batch}};
      control_.post("/v1/jobs/retry", Json{{"filter", filter}});
    }
  }

  /// Shows what becomes of everything until it is at rest; the exit code for what became of it.
  int follow_all() {
    int worst = app::kExitDone;
    for (const std::string& batch : batches_) {
      const auto watched = watch_batch(control_, batch);
      const auto interrupted = [this] { return daemon_.ended(); };
      worst = std::max(
          worst, follow(control_, *watched, follow_style(terminal_, globals_.json), terminal_, interrupted));
      if (daemon_.ended()) return app::kExitTryLater;
    }
    return worst;
  }

  void print_summary(const fs::path& output) {
    if (batches_.empty()) return;
    RenderSummary summary;
    for (const std::string& batch : batches_) summary.add(control_, batch);
    if (globals_.json) {
      fmt::print("{}\n", dump_json(summary.json(output)));
    } else {
      for (const std::string& line : summary.lines(output)) fmt::print("{}\n", line);
    }
  }

 private:
  Control& control_;
  const EmbeddedDaemon& daemon_;
  const Globals& globals_;
  Terminal terminal_;
  std::vector<std::string> batches_;
};

int run(Renderer& renderer, const std::vector<RenderInput>& inputs, const RenderArguments& arguments) {
  int worst = app::kExitDone;
  for (const RenderInput& input : inputs) worst = std::max(worst, renderer.check(input));
  // All files are right, or nothing of them is begun and paid for.
  if (worst != app::kExitDone) return worst;
  for (const RenderInput& input : inputs) worst = std::max(worst, renderer.submit(input));
  if (arguments.retry_failed) renderer.retry_failed();
  return std::max(worst, renderer.follow_all());
}

}  // namespace

int render(const Globals& globals, const RenderArguments& arguments) {
  const fs::path output = fs::absolute(arguments.output);
  const fs::path state = arguments.state.empty() ? output / ".reeld" : fs::absolute(arguments.state);
  if (auto made = files::make_directories(state, kPrivateFolder); !made)
    return tell(own_trouble(made.error()));
  const auto inputs = find_inputs(arguments.paths, state);
  if (!inputs) return tell(inputs.error());
  const Globals own = own_queue(globals, output, state);
  const auto loaded = load(own);
  if (!loaded) return app::kExitConfig;
  Control control(own);
  if (!control.usable()) return control.exit_code();
  EmbeddedDaemon daemon(*loaded, own);
  if (!daemon.wait_until_ready(control.target().socket)) return daemon.stop();
  Renderer renderer(control, daemon, globals);
  const int exit_code = run(renderer, *inputs, arguments);
  if (daemon.ended()) {
    fmt::print(stderr, "reeld: interrupted; the same command goes on where this one ended\n");
    return app::kExitTryLater;
  }
  renderer.print_summary(output);
  daemon.stop();
  return exit_code;
}

}  // namespace reeld::cli
