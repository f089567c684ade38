#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "common/util/clock.hpp"
#include "common/util/random.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/follow.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/pictures.hpp"
#include "daemon/cli/problem_list.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/upload.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

/// More jobs than this are not listed one by one.
constexpr std::size_t kMostListed = 20;

class Submitter {
 public:
  Submitter(Control& control, const Globals& globals, const SubmitArguments& arguments)
      : control_(control),
        globals_(globals),
        arguments_(arguments),
        terminal_(look_at_terminal(globals.environment)) {}

  /// Sends one file and prints what became of it; the exit code.
  int submit(Upload& upload) {
    const std::string key = arguments_.key.empty() ? uuids_.next() : arguments_.key;
    Pictures pictures(control_, folder_of(upload.name()), arguments_.check);
    if (!upload.rewrite(pictures)) return tell(*pictures.trouble());
    Answer answer = send(upload, key);
    // Under the same key nothing is taken in twice, and what was taken in the first time is answered again.
    if (pictures.trouble()) return tell(*pictures.trouble());
    if (!answer && broke(answer.error()) && upload.rewind()) answer = send(upload, key);
    if (!answer) return refused(upload, answer.error(), key);
    if (arguments_.check) return checked(upload, *answer);
    print(upload, *answer);
    taken_in_.push_back(
        {text_of(member(*answer, "batch"), "id"), ids_with_duplicates(array_of(*answer, "jobs"))});
    return app::kExitDone;
  }

  /// Follows all that was taken in to its end; the exit code for what became of it.
  int wait() {
    int worst = app::kExitDone;
    for (const TakenIn& batch : taken_in_) worst = std::max(worst, wait(batch));
    return worst;
  }

 private:
  struct TakenIn {
    std::string batch;
    /// All its jobs, where some were there already and so belong to another batch; else empty.
    std::vector<std::string> jobs;
  };

  static std::filesystem::path folder_of(const std::string& name) {
    return name == "-" ? std::filesystem::current_path() : std::filesystem::absolute(name).parent_path();
  }

  Answer send(Upload& upload, const std::string& key) {
    Query target("/v1/jobs");
    target.add("batch", arguments_.batch.empty() ? upload.batch_name() : arguments_.batch);
    target.add("check", arguments_.check ? "1" : "");
    http::local::Request request = upload.request(target.str());
    if (!arguments_.check) request.headers.push_back({"Idempotency-Key", key});
    return control_.ask(request);
  }

  /// Without an answer nobody knows whether the jobs were taken in.
  static bool broke(const Trouble& trouble) { return trouble.problem.is_null(); }

  int refused(const Upload& upload, const Trouble& trouble, const std::string& key) {
    if (!array_of(trouble.problem, "problems").empty()) {
      if (globals_.json) {
        fmt::print("{}\n", dump_json(with_file(upload, trouble.problem)));
      } else {
        print_problems(upload.name(), trouble.problem);
      }
      return trouble.exit_code;
    }
    fmt::print(stderr, "reeld: {}: {}\n", upload.name(), trouble.words);
    // Somebody else, or an earlier try, still sends the same.
    const bool busy = number_of(trouble.problem, "status") == 409;
    if (!arguments_.check && (busy || (broke(trouble) && trouble.cause != Errc::kNotFound))) {
      fmt::print(
          stderr,
          "reeld: whether its jobs were taken in is not known; submit it again with --key {}, and none of "
          "them is taken in twice\n",
          key);
    }
    return busy ? app::kExitTryLater : trouble.exit_code;
  }

  int checked(const Upload& upload, const Json& answer) {
    const bool fine = array_of(answer, "problems").empty();
    if (globals_.json) {
      fmt::print("{}\n", dump_json(with_file(upload, answer)));
    } else if (fine) {
      fmt::print("{}: fine, {}\n", upload.name(), count_of(number_of(answer, "jobs"), "job"));
    } else {
      print_problems(upload.name(), answer);
    }
    return fine ? app::kExitDone : app::kExitSomeFailed;
  }

  static Json with_file(const Upload& upload, Json answer) {
    answer["file"] = upload.name();
    return answer;
  }

  void print(const Upload& upload, const Json& answer) {
    const Json& jobs = array_of(answer, "jobs");
    if (globals_.json) {
      fmt::print("{}\n", dump_json(with_file(upload, answer)));
    } else if (arguments_.ids) {
      for (const Json& job : jobs) fmt::print("{}\n", text_of(job, "id"));
    } else {
      print_table(upload, member(answer, "batch"), jobs);
    }
    std::fflush(stdout);
  }

  void print_table(const Upload& upload, const Json& batch, const Json& jobs) {
    const std::string id = text_of(batch, "id");
    fmt::print("{}: {} in batch {} ({})\n", upload.name(),
               count_of(static_cast<std::int64_t>(jobs.size()), "job"), text_of(batch, "name"), id);
    if (jobs.size() > kMostListed) {
      fmt::print("`reeld list --batch {}` lists them.\n", id);
      return;
    }
    Table table({{"ID"}, {"NAME", false, true}, {"OUTPUT", false, true}});
    for (const Json& job : jobs) {
      const bool again = flag_of(job, "duplicate");
      table.add({short_id(text_of(job, "id")), text_of(job, "name"),
                 again ? "(there already: its key is taken)" : text_of(job, "output")});
    }
    table.print(terminal_);
  }

  int wait(const TakenIn& taken_in) {
    const auto watched =
        taken_in.jobs.empty() ? watch_batch(control_, taken_in.batch) : watch_jobs(control_, taken_in.jobs);
    const bool quiet = globals_.json || arguments_.ids;
    const FollowStyle style = quiet ? FollowStyle::kQuiet : follow_style(terminal_, false);
    const int exit_code = follow(control_, *watched, style, terminal_);
    if (globals_.json) {
      const auto ended = control_.get("/v1/batches/" + percent_encode(taken_in.batch));
      if (ended) fmt::print("{}\n", dump_json(*ended));
    }
    return exit_code;
  }

  Control& control_;
  const Globals& globals_;
  const SubmitArguments& arguments_;
  Terminal terminal_;
  SystemClock clock_;
  SystemRandom random_;
  UuidGenerator uuids_{clock_, random_};
  std::vector<TakenIn> taken_in_;
};

}  // namespace

int submit(const Globals& globals, const SubmitArguments& arguments) {
  if (!arguments.key.empty() && arguments.files.size() > 1) {
    fmt::print(stderr, "reeld: --key belongs to one file: give each its own\n");
    return app::kExitUsage;
  }
  // A file that is not there is told before anything of the others is sent.
  for (const std::string& name : arguments.files) {
    if (const auto trouble = Upload::look_at(name)) return tell(*trouble);
  }
  Control control(globals);
  if (!control.usable()) return control.exit_code();
  Submitter submitter(control, globals, arguments);
  int worst = app::kExitDone;
  for (const std::string& name : arguments.files) {
    auto upload = Upload::open(name);
    const int exit_code = upload ? submitter.submit(*upload) : tell(upload.error());
    worst = std::max(worst, exit_code);
    // Where there is no daemon, the next file fares no better.
    if (exit_code == app::kExitUnavailable) return worst;
  }
  return arguments.wait ? std::max(worst, submitter.wait()) : worst;
}

}  // namespace reeld::cli
