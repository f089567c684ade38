#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>

#include "common/job/text.hpp"
#include "common/util/clock.hpp"
#include "daemon/api/shapes.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"
#include "daemon/store/inspect.hpp"
#include "daemon/store/open.hpp"
#include "daemon/upkeep/upkeep.hpp"

namespace reeld::cli {
namespace {

/// A prune must not change the schema on the way.
Result<void> check_schema(const std::filesystem::path& database) {
  const auto steps = store::migration_status(database);
  if (!steps) return steps.error();
  if (std::ranges::all_of(*steps, &store::MigrationStatus::applied)) return {};
  return Error{
      Errc::kUnavailable, "cli.prune",
      fmt::format("the schema of {} is older than this program: run `reeld migrate up`, or start the "
                  "daemon, and prune then",
                  database.string())};
}

/// The queue without its daemon, under its lock.
class QueueAlone {
 public:
  static Result<std::unique_ptr<QueueAlone>> open(const Config& config) {
    auto database = store::database_file(config.store.url);
    if (!database) return database.error();
    // Nothing is made where there is no queue.
    if (auto there = store::open_reader(*database); !there) return there.error();
    auto lock = store::QueueLock::take(*database);
    if (!lock) return lock.error();
    if (auto current = check_schema(*database); !current) return current.error();
    auto alone = std::unique_ptr<QueueAlone>(new QueueAlone(std::move(*lock)));
    auto store = store::open_store({*database, config.store.allow_network_filesystem}, alone->clock_);
    if (!store) return store.error();
    alone->store_ = std::move(*store);
    auto known = store::knows_results(*database, config.results.dir);
    if (!known) return known.error();
    alone->results_are_marked_ = *known;
    return alone;
  }

  ~QueueAlone() {
    if (store_) store_->close();
    pool_.join();
  }

  Result<upkeep::PruneOutcome> prune(const Config& config, store::PruneChoice choice) {
    // Nobody has asked the service for its time: whoever removes files has said that this machine's is right.
    const auto no_difference = [] { return std::optional(Duration(0)); };
    upkeep::UpkeepOptions options{config.results.dir};
    options.results_are_marked = results_are_marked_;
    upkeep::Upkeep upkeep({*store_, pool_, clock_, no_difference}, std::move(options));
    Result<upkeep::PruneOutcome> outcome = Error{Errc::kInternal, "cli.prune", "the prune did not end"};
    asio::io_context io;
    asio::co_spawn(io, upkeep.prune(std::move(choice), ""),
                   [&](std::exception_ptr bug, Result<upkeep::PruneOutcome> result) {
                     if (bug) std::rethrow_exception(bug);
                     outcome = std::move(result);
                   });
    io.run();
    return outcome;
  }

 private:
  explicit QueueAlone(store::QueueLock lock) : lock_(std::move(lock)) {}

  store::QueueLock lock_;
  SystemClock clock_;
  files::Pool pool_{1};
  std::unique_ptr<store::Store> store_;
  bool results_are_marked_ = false;
};

store::PruneChoice read_choice(const PruneArguments& arguments) {
  store::PruneChoice choice;
  choice.ended_before = SystemClock().now() - parse_duration(arguments.older_than).value();
  for (const std::string& word : arguments.states) choice.states.push_back(parse_job_state(word).value());
  choice.files = arguments.files;
  choice.dry_run = arguments.dry_run;
  return choice;
}

/// So long may one call take: it reads the films that it removes.
constexpr Duration kLongestCall = std::chrono::minutes(10);

/// One request's worth of pruning: through the daemon, or without it where there is none.
class Pruning {
 public:
  Pruning(Control& control, const PruneArguments& arguments) : control_(control), arguments_(arguments) {}

  Answer step() {
    if (alone_) return step_alone();
    auto request = post_request("/v1/prune", {{"older_than", arguments_.older_than},
                                              {"states", arguments_.states},
                                              {"files", arguments_.files},
                                              {"dry_run", arguments_.dry_run}});
    request.timeout = kLongestCall;
    auto answer = control_.ask(request);
    if (answer || !answer.error().nobody() || control_.config() == nullptr) return answer;
    if (arguments_.files && !arguments_.dry_run && !arguments_.yes) return clock_warning();
    auto alone = QueueAlone::open(*control_.config());
    if (!alone) return own_trouble(alone.error());
    fmt::print(stderr, "reeld: the daemon is not running; pruning the queue itself\n");
    alone_ = std::move(*alone);
    return step_alone();
  }

 private:
  static Trouble clock_warning() {
    return Trouble{
        "the daemon is not running, so nobody has compared this machine's clock with the service's: "
        "with a clock that is ahead, --files removes films that are not old. Look at `date`, then "
        "add --yes",
        app::kExitUsage};
  }

  Answer step_alone() {
    const auto outcome = alone_->prune(*control_.config(), read_choice(arguments_));
    if (!outcome) return own_trouble(outcome.error());
    return api::prune_json(*outcome, arguments_.dry_run);
  }

  Control& control_;
  const PruneArguments& arguments_;
  std::unique_ptr<QueueAlone> alone_;
};

/// "" or what is wrong with the command line.
std::string misuse(const PruneArguments& arguments) {
  if (!parse_duration(arguments.older_than)) {
    return fmt::format("--older-than {} is no age: write 30d for thirty days",
                       in_quotes(arguments.older_than));
  }
  for (const std::string& word : arguments.states) {
    const auto state = parse_job_state(word);
    if (!state || !is_final(*state)) {
      return fmt::format("--state {}: only succeeded, failed and cancelled jobs can be forgotten",
                         in_quotes(word));
    }
  }
  return "";
}

/// Adds up what the steps have done; "kept" is what the last look met.
void add(Json& total, const Json& step) {
  for (const char* sum : {"jobs", "files", "bytes", "foreign_files"}) {
    total[sum] = number_of(total, sum) + number_of(step, sum);
  }
  for (const char* last : {"kept", "waiting"}) total[last] = number_of(step, last);
}

void print(const Json& total, bool dry_run) {
  const std::string jobs = count_of(number_of(total, "jobs"), "job");
  if (dry_run) {
    fmt::print("{} would be forgotten; nothing was changed.\n", jobs);
  } else {
    fmt::print("{} forgotten.\n", jobs);
  }
  if (const auto files = number_of(total, "files"); files > 0)
    fmt::print("{} removed, {} MiB.\n", count_of(files, "file"), number_of(total, "bytes") >> 20);
  if (const auto foreign = number_of(total, "foreign_files"); foreign > 0)
    fmt::print("{} left in place: changed since reeld wrote it.\n", count_of(foreign, "file"));
  if (const auto waiting = number_of(total, "waiting"); waiting > 0)
    fmt::print("The files of {} could not be removed now; the daemon tries again each hour.\n",
               count_of(waiting, "job"));
  if (const auto kept = number_of(total, "kept"); kept > 0)
    fmt::print("{} old enough but still needed: its batch goes on, or a hook is still to be told.\n",
               count_of(kept, "job"));
}

}  // namespace

int prune(const Globals& globals, const PruneArguments& arguments) {
  if (const std::string wrong = misuse(arguments); !wrong.empty()) {
    fmt::print(stderr, "reeld: {}\n", wrong);
    return app::kExitUsage;
  }
  Control control(globals);
  if (!control.usable()) return control.exit_code();
  Pruning pruning(control, arguments);
  Json total{{"dry_run", arguments.dry_run}};
  for (bool more = true; more;) {
    const Answer step = pruning.step();
    if (!step) return tell(step.error());
    add(total, *step);
    more = flag_of(*step, "more");
  }
  if (globals.json) {
    fmt::print("{}\n", dump_json(total));
  } else {
    print(total, arguments.dry_run);
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
