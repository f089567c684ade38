#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "common/config/api_key.hpp"
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

bool is_default(const LoadedConfig& loaded, std::string_view key) {
  const auto found = std::ranges::find(loaded.origins, key, &ConfigOrigin::key);
  return found != loaded.origins.end() && found->origin == "default";
}

/// The configuration of a queue that lives beside its results. What the person set stays in force, but for
/// where things are.
Globals own_queue(const Globals& globals, const LoadedConfig& theirs, const fs::path& output,
                  const fs::path& state) {
  Globals own = globals;
  own.data_dir = state.string();
  own.url.clear();
  // The progress is shown; the log only tells of trouble.
  if (is_default(theirs, "log.level")) own.settings.emplace_back("log.level=warn");
  own.settings.push_back("results.dir=" + output.string());
  own.settings.push_back("spool.dir=" + (state / "spool").string());
  own.settings.push_back("store.url=sqlite://" + (state / "queue.db").string());
  own.settings.push_back("http.listen=unix:" + (state / "reeld.sock").string());
  return own;
}

/// What a file of jobs has become.
struct Submitted {
  std::string batch;
  std::vector<std::string> jobs;  ///< all of them, where some belong to an earlier batch; else empty
};

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
    Pictures pictures(control_, input.folder, true);
    if (!upload->put_ids(pictures)) return tell(*pictures.trouble());
    const Answer answer = control_.ask(upload->request("/v1/jobs?check=1"));
    if (pictures.trouble()) return tell(*pictures.trouble());
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
    // Under the same bytes stands the same image in a later run too: the daemon remembers it.
    Pictures pictures(control_, input.folder, false);
    if (!upload->put_ids(pictures)) return tell(*pictures.trouble());
    http::local::Request request =
        upload->request(Query("/v1/jobs").add("batch", upload->batch_name()).str());
    request.headers.push_back({"Idempotency-Key", input.key});
    const Answer answer = control_.ask(request);
    if (pictures.trouble()) return tell(*pictures.trouble());
    if (!answer) return tell(answer.error());
    Submitted submitted{text_of(member(*answer, "batch"), "id"),
                        ids_with_duplicates(array_of(*answer, "jobs"))};
    const bool is_new = std::ranges::find(submitted_, submitted.batch, &Submitted::batch) == submitted_.end();
    if (is_new) submitted_.push_back(std::move(submitted));
    return app::kExitDone;
  }

  /// Takes up again what has failed or was cancelled.
  void retry_failed() {
    for (const Submitted& submitted : submitted_) {
      const Json filter{{"state", {"failed", "cancelled"}}, {"batch", submitted.batch}};
      control_.post("/v1/jobs/retry",
                    submitted.jobs.empty() ? Json{{"filter", filter}} : Json{{"ids", submitted.jobs}});
    }
  }

  /// Shows what becomes of everything until it is at rest; the exit code for what became of it.
  int follow_all() {
    int worst = app::kExitDone;
    const FollowStyle style = follow_style(terminal_, globals_.json);
    for (const Submitted& submitted : submitted_) {
      const auto watched = submitted.jobs.empty() ? watch_batch(control_, submitted.batch)
                                                  : watch_jobs(control_, submitted.jobs);
      const auto interrupted = [this] { return daemon_.ended(); };
      worst = std::max(worst, follow(control_, *watched, style, terminal_, interrupted));
      if (daemon_.ended()) return app::kExitTryLater;
    }
    return worst;
  }

  void print_summary(const fs::path& output) {
    if (submitted_.empty()) return;
    RenderSummary summary;
    for (const Submitted& submitted : submitted_) {
      if (submitted.jobs.empty()) summary.add_batch(control_, submitted.batch);
      for (const std::string& job : submitted.jobs) summary.add_job(control_, job);
    }
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
  std::vector<Submitted> submitted_;
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
  const auto theirs = load(globals);
  if (!theirs) return app::kExitConfig;
  const Globals own = own_queue(globals, *theirs, output, state);
  const auto loaded = load(own);
  if (!loaded) return app::kExitConfig;
  // A daemon waits for its key; somebody who waits for films should hear that there is none.
  if (const auto key = find_api_key(loaded->config.leonardo, own.environment); !key) {
    fmt::print(stderr, "reeld: {}\n", key.error().detail);
    return app::kExitConfig;
  }
  Control control(own);
  if (!control.usable()) return control.exit_code();
  EmbeddedDaemon daemon(*loaded, own);
  if (!daemon.wait_until_ready()) return std::max(daemon.stop(), 1);
  Renderer renderer(control, daemon, globals);
  const int exit_code = run(renderer, *inputs, arguments);
  if (daemon.ended()) {
    const int ended = daemon.stop();
    if (ended != app::kExitDone) return ended;
    fmt::print(stderr, "reeld: interrupted; the same command goes on where this one ended\n");
    return app::kExitTryLater;
  }
  renderer.print_summary(output);
  daemon.stop();
  return exit_code;
}

}  // namespace reeld::cli
