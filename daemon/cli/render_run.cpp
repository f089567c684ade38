#include "daemon/cli/render_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/last_hold.hpp"
#include "daemon/cli/problem_list.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/render_keys.hpp"

namespace reeld::cli {
namespace {

constexpr const char* kQueued = "scheduled,queued";
constexpr const char* kWaiting = "scheduled,queued,held";
constexpr const char* kPage = "1000";
constexpr std::size_t kMostIds = 1000;

}  // namespace

int RenderRun::run(std::vector<RenderInput> inputs) {
  if (const int failed = look()) return failed;
  int worst = app::kExitDone;
  for (RenderInput& input : inputs) worst = std::max(worst, check(input));
  // All files are right, or nothing of them is begun and paid for.
  if (worst != app::kExitDone) {
    if (trouble_.empty()) trouble_ = "not every job is right; nothing was sent";
    return worst;
  }
  for (const RenderInput& input : inputs) {
    if (const int failed = submit(input)) return failed;
  }
  has_all_ = true;
  if (!was_empty_) {
    if (const int failed = release_given()) return failed;
    if (const int failed = hold_superseded()) return failed;
  }
  if (options_.retry_failed) {
    if (const int failed = retry_failed()) return failed;
  }
  if (const Answer resumed = control_.ask(post_request("/v1/queue/resume", Json::object())); !resumed)
    return told(resumed.error());
  return follow_all();
}

/// The queue is paused from its start on, so this is how earlier runs left it.
int RenderRun::look() {
  const Answer stats = control_.ask("/v1/stats");
  if (!stats) return told(stats.error());
  begin_ = std::to_string(number_of(*stats, "last_event"));
  was_empty_ = number_of(*stats, "open") == 0;
  return app::kExitDone;
}

/// Says what is wrong with a file, and takes nothing in.
int RenderRun::check(RenderInput& input) {
  auto upload = Upload::open(input.file.string());
  if (!upload) return told(upload.error());
  Pictures pictures(control_, input.folder, true);
  RenderKeys keys(pictures, input.name, input.folder);
  if (!upload->rewrite(keys)) return told(*pictures.trouble());
  const Answer answer = control_.ask(upload->request("/v1/jobs?check=1"));
  if (pictures.trouble()) return told(*pictures.trouble());
  if (!answer) return told(answer.error());
  input.key = "render-" + keys.fingerprint();
  if (array_of(*answer, "problems").empty()) return app::kExitDone;
  print_problems(input.file.string(), *answer, options_.json);
  return app::kExitSomeFailed;
}

Answer RenderRun::send(const RenderInput& input, Upload& upload, const std::string& key) {
  Pictures pictures(control_, input.folder, false);
  RenderKeys keys(pictures, input.name, input.folder);
  if (!upload.rewrite(keys)) return *pictures.trouble();
  http::local::Request request = upload.request(Query("/v1/jobs").add("batch", upload.batch_name()).str());
  if (!key.empty()) request.headers.push_back({"Idempotency-Key", key});
  Answer answer = control_.ask(request);
  return pictures.trouble() ? Answer(*pictures.trouble()) : std::move(answer);
}

/// Hands one file to the daemon. A file with the same jobs as in an earlier run is the batch that it was
/// then; of one that was changed, only what is new is taken in, for the jobs' keys tell.
int RenderRun::submit(const RenderInput& input) {
  auto upload = Upload::open(input.file.string());
  if (!upload) return told(upload.error());
  names_.insert(upload->batch_name());
  Answer answer = send(input, *upload, input.key);
  if (!answer && text_of(answer.error().problem, "code") == "conflict") {
    // A picture has another id than when the file was taken in first. The jobs' keys still know them.
    auto again = Upload::open(input.file.string());
    if (!again) return told(again.error());
    answer = send(input, *again, "");
  }
  if (!answer) return told(answer.error());
  jobs_.batches.insert(text_of(member(*answer, "batch"), "id"));
  for (const Json& job : array_of(*answer, "jobs")) {
    if (flag_of(job, "duplicate")) jobs_.jobs.insert(text_of(job, "id"));
  }
  return app::kExitDone;
}

/// Calls `visit` with each Job in one of these states.
int RenderRun::for_each_job(const char* states, const std::function<void(const Json&)>& visit) {
  std::string after;
  do {
    const Answer page =
        control_.ask(Query("/v1/jobs").add("state", states).add("limit", kPage).add("after", after).str());
    if (!page) return told(page.error());
    for (const Json& job : array_of(*page, "jobs")) visit(job);
    after = text_of(*page, "next");
  } while (!after.empty());
  return app::kExitDone;
}

/// Given jobs that earlier runs left held go on.
int RenderRun::release_given() {
  std::map<std::string, std::vector<std::string>> held;  // by batch
  std::map<std::string, std::string> one_of;             // its waiting jobs
  const int failed = for_each_job(kWaiting, [&](const Json& job) {
    if (!jobs_.contains(job)) return;
    const std::string batch = text_of(job, "batch");
    one_of[batch] = text_of(job, "id");
    if (text_of(job, "state") == "held") held[batch].push_back(text_of(job, "id"));
  });
  if (failed) return failed;
  for (const auto& [batch, job] : one_of) {
    if (const int refused = release(batch, job, held[batch])) return refused;
  }
  return app::kExitDone;
}

/// Jobs that are no longer in the given files are not sent any more. After the release: that of a batch is of
/// all its jobs.
int RenderRun::hold_superseded() {
  std::vector<std::string> superseded;
  const int failed = for_each_job(kQueued, [&](const Json& job) {
    if (!jobs_.contains(job) && names_.contains(text_of(job, "batch_name")))
      superseded.push_back(text_of(job, "id"));
  });
  return failed ? failed : act("hold", superseded);
}

/// Acts on jobs, so many at a time as one request may name.
int RenderRun::act(const std::string& action, const std::vector<std::string>& ids) {
  for (std::size_t at = 0; at < ids.size(); at += kMostIds) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<std::string> some(
        begin, begin + static_cast<std::ptrdiff_t>(std::min(kMostIds, ids.size() - at)));
    const Answer done = control_.ask(post_request("/v1/jobs/" + action, Json{{"ids", some}}));
    if (!done) return told(done.error());
  }
  return app::kExitDone;
}

/// Lets a batch and its held jobs go on. Where many refusals hold it, or where that would allow it more
/// money, only if --retry-failed asks for it.
int RenderRun::release(const std::string& batch, const std::string& job,
                       const std::vector<std::string>& held) {
  const Answer known = control_.ask("/v1/batches/" + percent_encode(batch));
  if (!known) return told(known.error());
  if (!text_of(*known, "held").empty()) {
    const Answer one = control_.ask("/v1/jobs/" + percent_encode(job));
    if (!one) return told(one.error());
    if (!options_.retry_failed && !last_hold(*one).by_cap) return app::kExitDone;
    const std::string target = "/v1/batches/" + percent_encode(batch) + "/release";
    const Answer released = control_.ask(post_request(target, Json::object()));
    if (!released) return told(released.error());
  }
  return act("release", held);
}

/// Takes up again what has failed or was cancelled.
int RenderRun::retry_failed() {
  for (const std::string& batch : jobs_.batches) {
    const Json filter{{"state", {"failed", "cancelled"}}, {"batch", batch}};
    const Answer done = control_.ask(post_request("/v1/jobs/retry", Json{{"filter", filter}}));
    if (!done) return told(done.error());
  }
  return act("retry", {jobs_.jobs.begin(), jobs_.jobs.end()});
}

int RenderRun::follow_all() {
  // A person does not care how the queue was paused meanwhile.
  const std::string after = options_.json ? begin_ : "";
  return follow(control_, watch_, options_.style, options_.terminal, options_.interrupted, after);
}

/// Nothing where the daemon was interrupted: that is no trouble.
int RenderRun::told(const Trouble& trouble) {
  if (options_.interrupted()) return app::kExitTryLater;
  trouble_ = trouble.words;
  return tell(trouble);
}

}  // namespace reeld::cli
