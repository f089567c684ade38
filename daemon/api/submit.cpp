#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/job/text.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/shapes.hpp"
#include "daemon/api/submission.hpp"
#include "daemon/api/users.hpp"

namespace reeld::api {

using http::server::Response;
using store::BatchSummary;

namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestKey = 200;
constexpr int kPage = 1000;

Outcome<JobFormat> read_format(const Call& call) {
  const std::string type = media_type(call.head());
  if (type == "application/json") return JobFormat::kJson;
  if (type == "application/x-ndjson") return JobFormat::kJsonl;
  return unsupported_media_type("application/json (a job, or an array of jobs) or application/x-ndjson");
}

Outcome<std::string> read_batch_name(const Call& call) {
  auto name = call.query("batch").value_or("");
  const bool is_fine = !is_blank(name) && count_code_points(name) <= kLongestName && !has_control(name) &&
                       name.find('/') == std::string::npos && name.front() != '.';
  if (!name.empty() && !is_fine) {
    return bad_input(
        fmt::format("batch: {} must have 1 to {} characters, hold no '/' and no control "
                    "character, and not begin with a dot: it becomes part of files' names",
                    in_quotes(name), kLongestName));
  }
  return name;
}

Outcome<std::string> read_key(const Call& call) {
  const std::string key(call.head().header("Idempotency-Key"));
  const bool is_printable = std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~'; });
  if (key.size() > kLongestKey || !is_printable) {
    return bad_input(fmt::format(
        "Idempotency-Key: has more than {} characters, or others than printable ASCII", kLongestKey));
  }
  return key;
}

Outcome<SubmitRequest> read_request(const Call& call) {
  const auto format = read_format(call);
  if (!format) return format.error();
  auto name = read_batch_name(call);
  if (!name) return name.error();
  auto key = read_key(call);
  if (!key) return key.error();
  const auto check = call.flag("check");
  if (!check) return check.error();
  return SubmitRequest{*format, std::move(*name), std::move(*key), "", *check};
}

Task<void> answer_check(Call& call, Submission& submission) {
  if (auto checked = co_await submission.check(); !checked) co_return checked;
  Json answer{{"jobs", submission.jobs()},
              {"problems", problems_json(submission.problems())},
              {"problem_count", submission.problem_count()}};
  co_return co_await call.answer(200, std::move(answer));
}

/// The batch and all its jobs, a page at a time.
Task<void> answer_batch(Context& context, Call& call, TakenBatch taken) {
  const BatchId batch = taken.batch.id;
  Response response{taken.is_replay ? 200 : 201, {{"Content-Type", "application/json"}}, ""};
  response.headers.push_back({"Location", context.options.base_path + "/v1/batches/" + batch.str()});
  if (taken.is_replay) response.headers.push_back({"Idempotency-Replayed", "true"});
  auto started = co_await call.start(std::move(response), std::nullopt);
  if (!started) co_return started;
  std::string text = fmt::format("{{\"batch\":{},\"jobs\":[", dump_json(batch_json(taken.batch)));
  std::string_view separator = "";
  for (int last = 0;;) {
    auto page = co_await context.parts.store.batch_jobs(batch, last, kPage);
    if (!page) co_return page.error();
    for (const store::BatchJob& job : *page) {
      text.append(separator).append(dump_json(submitted_json(job)));
      separator = ",";
    }
    if (page->empty()) break;
    last = page->back().position;
    auto written = co_await call.write(std::exchange(text, ""));
    if (!written) co_return written;
  }
  auto written = co_await call.write(text + "]}");
  if (!written) co_return written;
  co_return co_await call.finish();
}

}  // namespace

Task<void> submit_jobs(Context& context, Call& call) {
  auto request = read_request(call);
  if (!request) co_return request.error();
  request->submitter = co_await context.users.name(call.head().peer);
  const LargeBody place(context);
  if (request->format == JobFormat::kJson && !place.is_admitted()) co_return LargeBody::refusal();
  const std::string key = request->key;
  const bool check_only = request->check_only;
  Submission submission(context.parts, context.options, call.exchange(), std::move(*request));
  if (check_only) co_return co_await answer_check(call, submission);

  const Submissions::Claim claim(context.submissions, key);
  if (!claim.is_first()) {
    co_return Refusal(409, to_string(Errc::kConflict),
                      "jobs with this Idempotency-Key are being taken in just now; ask again in a moment");
  }
  std::optional<BatchSummary> earlier;
  if (!key.empty()) {
    auto found = co_await context.parts.store.batch_with_idempotency_key(key);
    if (!found) co_return found.error();
    earlier = std::move(*found);
  }
  auto taken = earlier ? co_await submission.replay(std::move(*earlier)) : co_await submission.take_in();
  if (!taken) co_return taken.error();
  co_return co_await answer_batch(context, call, std::move(*taken));
}

}  // namespace reeld::api
