#include <fmt/format.h>

#include "common/job/text.hpp"
#include "common/util/uuid.hpp"
#include "daemon/api/body.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/live_jobs.hpp"
#include "daemon/api/query.hpp"
#include "daemon/api/users.hpp"

namespace reeld::api {

using store::Action;
using store::ActionResult;
using store::Resolution;

namespace {

/// The job after what was asked of it; 409 where that was refused.
Task<void> answer_outcome(Context& context, Call& call, JobId id, ActionResult result) {
  if (!result.outcomes.empty() && !result.outcomes.front().state) {
    co_return Refusal(409, to_string(Errc::kConflict), result.outcomes.front().refusal);
  }
  auto job = co_await context.live_jobs.line(std::move(id));
  if (!job) co_return job.error();
  Json answer{{"job", std::move(*job)}};
  co_return co_await call.answer(200, std::move(answer));
}

Outcome<bool> read_delete_upstream(Action action, Json value) {
  Body body(std::move(value));
  const bool delete_upstream =
      action == Action::kCancel && body.members().boolean("delete_upstream").value_or(false);
  auto checked = action == Action::kCancel ? body.check({"delete_upstream"}) : body.check({});
  if (!checked) return checked.error();
  return delete_upstream;
}

Task<void> act_on_job(Context& context, Call& call, Action action) {
  auto id = co_await find_job(context, call.argument(0));
  if (!id) co_return id.error();
  auto value = co_await call.read_json();
  if (!value) co_return value.error();
  const auto delete_upstream = read_delete_upstream(action, std::move(*value));
  if (!delete_upstream) co_return delete_upstream.error();
  // So that a job that does not exist is a 404 and not an action that was refused.
  auto job = co_await context.live_jobs.line(*id);
  if (!job) co_return job.error();
  std::string by = co_await context.users.name(call.head().peer);
  std::vector<JobId> ids{*id};
  auto result = co_await context.parts.control.act(action, std::move(ids), std::move(by), *delete_upstream);
  if (!result) co_return result.error();
  co_return co_await answer_outcome(context, call, std::move(*id), std::move(*result));
}

std::optional<Resolution::Verdict> parse_verdict(std::string_view word) {
  if (word == "resend") return Resolution::Verdict::kResend;
  if (word == "adopt") return Resolution::Verdict::kAdopt;
  if (word == "fail") return Resolution::Verdict::kFail;
  return std::nullopt;
}

Outcome<Resolution> read_resolution(Json value) {
  Body body(std::move(value));
  const check::Members& members = body.members();
  Resolution resolution;
  const std::string word = members.text("verdict").value_or("");
  const auto verdict = parse_verdict(word);
  if (verdict) {
    resolution.verdict = *verdict;
  } else {
    members.problem("verdict", fmt::format("{} is not one of resend, adopt, fail", in_quotes(word)));
  }
  const auto generation = members.text("generation_id");
  if (generation) resolution.generation = GenerationId(*generation);
  const bool adopts = verdict == Resolution::Verdict::kAdopt;
  if (adopts && (!generation || !is_uuid(*generation))) {
    members.problem("generation_id", "to adopt a render, give its id as the service knows it");
  }
  if (!adopts && generation) members.problem("generation_id", "belongs to the verdict \"adopt\" only");
  if (auto checked = body.check({"verdict", "generation_id"}); !checked) return checked.error();
  return resolution;
}

}  // namespace

Task<void> cancel_job(Context& context, Call& call) {
  return act_on_job(context, call, Action::kCancel);
}

Task<void> retry_job(Context& context, Call& call) {
  return act_on_job(context, call, Action::kRetry);
}

Task<void> hold_job(Context& context, Call& call) {
  return act_on_job(context, call, Action::kHold);
}

Task<void> release_job(Context& context, Call& call) {
  return act_on_job(context, call, Action::kRelease);
}

Task<void> resolve_job(Context& context, Call& call) {
  auto id = co_await find_job(context, call.argument(0));
  if (!id) co_return id.error();
  auto value = co_await call.read_json();
  if (!value) co_return value.error();
  auto resolution = read_resolution(std::move(*value));
  if (!resolution) co_return resolution.error();
  std::string by = co_await context.users.name(call.head().peer);
  auto result = co_await context.parts.control.resolve(*id, std::move(*resolution), std::move(by));
  if (!result) co_return result.error();
  co_return co_await answer_outcome(context, call, std::move(*id), std::move(*result));
}

}  // namespace reeld::api
