#include "daemon/cli/render_dry_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <streambuf>

#include "common/job/reader.hpp"
#include "daemon/app/catalogue.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/problem_list.hpp"
#include "daemon/cli/render_inputs.hpp"
#include "daemon/cli/render_keys.hpp"
#include "daemon/cli/render_plan.hpp"
#include "daemon/cli/render_queue.hpp"
#include "daemon/cli/terminal.hpp"
#include "daemon/cli/upload.hpp"
#include "daemon/store/open.hpp"

namespace reeld::cli {
namespace {

namespace fs = std::filesystem;

/// Holds standard input while it is looked at; removed at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "reeld-plan-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// What a request would send, as a stream.
class RequestText final : public std::streambuf {
 public:
  explicit RequestText(http::local::Request request) : request_(std::move(request)) {
    piece_ = std::move(request_.body);
    setg(piece_.data(), piece_.data(), piece_.data() + piece_.size());
  }

 private:
  int_type underflow() override {
    auto next = request_.next_piece ? request_.next_piece() : Result<std::string>("");
    if (!next || next->empty()) return traits_type::eof();
    piece_ = std::move(*next);
    setg(piece_.data(), piece_.data(), piece_.data() + piece_.size());
    return traits_type::to_int_type(piece_.front());
  }

  http::local::Request request_;
  std::string piece_;
};

PlanLimits limits_of(const Config& config, bool retry_failed) {
  PlanLimits limits;
  limits.max_generations = config.limits.max_generations;
  limits.submits_per_minute = config.limits.submits_per_minute;
  if (const auto cap = read_amount(config.budget.total)) limits.max_cost = cap->amount;
  limits.retry_failed = retry_failed;
  return limits;
}

class Planner {
 public:
  Planner(Control& control, const Catalogue& catalogue, store::Estimates* queue, PlanLimits limits, bool json)
      : control_(control), catalogue_(catalogue), queue_(queue), plan_(limits), json_(json) {}

  /// The exit code: 0 where all its jobs are right. What is wrong is told.
  int add(const RenderInput& input) {
    auto upload = Upload::open(input.file.string());
    if (!upload) return tell(upload.error());
    Pictures pictures(control_, input.folder, true);
    RenderKeys keys(pictures, input.name, input.folder);
    if (!upload->rewrite(keys)) return tell(*pictures.trouble());
    RequestText buffer(upload->request(""));
    std::istream text(&buffer);
    const JobFormat format = *job_format(input.file.string());
    JobReader reader(text, format, catalogue_, format == JobFormat::kJsonl ? kMaxJobLine : kMaxJobJson);
    int worst = app::kExitDone;
    while (auto entry = reader.next()) {
      for (const Problem& problem : entry->job.problems) print_problem(input.file.string(), problem, json_);
      if (!entry->job.problems.empty()) worst = app::kExitSomeFailed;
      if (!entry->job.spec) continue;
      if (auto added = add(*entry->job.spec); !added) return tell(own_trouble(added.error()));
    }
    return pictures.trouble() ? tell(*pictures.trouble()) : worst;
  }

  const RenderPlan& plan() const { return plan_; }

 private:
  Result<void> add(const JobSpec& spec) {
    if (!keys_.insert(spec.key).second) return {};
    std::optional<JobState> state;
    if (queue_ != nullptr) {
      const auto known = queue_->state_of(spec.key);
      if (!known) return known.error();
      state = *known;
    }
    const Model* model = catalogue_.find(spec.model);
    if (model == nullptr) return {};
    const auto expectation = expect(queue_, spec, *model);
    if (!expectation) return expectation.error();
    plan_.add(spec, state, *expectation);
    return {};
  }

  Control& control_;
  const Catalogue& catalogue_;
  store::Estimates* queue_;
  RenderPlan plan_;
  bool json_;
  std::set<std::string> keys_;  ///< a second job with the same key is not made
};

}  // namespace

int dry_run(const LoadedConfig& loaded, const Globals& own, const RenderArguments& arguments) {
  const ScratchFolder scratch;
  const auto inputs = find_inputs(arguments.paths, scratch.path());
  if (!inputs) return tell(inputs.error());
  const auto catalogue = app::load_catalogue(loaded.config.leonardo.models_file);
  if (!catalogue) return tell(own_trouble(catalogue.error()));
  auto queue = store::open_estimates(places_of(arguments).state / "queue.db");
  if (!queue && queue.error().code != Errc::kNotFound) return tell(own_trouble(queue.error()));
  PlanLimits limits = limits_of(loaded.config, arguments.retry_failed);
  if (queue) {
    const auto spent = (*queue)->spent();
    if (!spent) return tell(own_trouble(spent.error()));
    limits.spent = *spent;
  }
  Control control(own);
  if (!control.usable()) return control.exit_code();
  const bool json = own.json || !look_at_terminal(own.environment).there;
  Planner planner(control, *catalogue, queue ? queue->get() : nullptr, limits, json);
  int worst = app::kExitDone;
  for (const RenderInput& input : *inputs) worst = std::max(worst, planner.add(input));
  if (worst != app::kExitDone) return worst;
  if (json) {
    fmt::print("{}\n", dump_json(planner.plan().json()));
  } else {
    for (const std::string& line : planner.plan().lines()) fmt::print("{}\n", line);
    fmt::print("nothing was sent: this is only the plan\n");
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
