#include "common/job/text.hpp"
#include "daemon/api/body.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/live_jobs.hpp"
#include "daemon/api/query.hpp"
#include "daemon/api/shapes.hpp"
#include "daemon/api/users.hpp"

namespace reeld::api {

using store::JobLine;
using store::JobPage;
using store::Reader;

namespace {

/// The jobs whose ids begin or end with what ?id= says.
Task<void> list_matches(Context& context, Call& call, std::string part) {
  if (!is_id_part(part)) {
    co_return bad_input("id: " + in_quotes(part) + " is no part of a job's id: give 4 or more of its digits");
  }
  std::function<Result<std::vector<JobLine>>(Reader&)> look =
      [part](Reader& reader) -> Result<std::vector<JobLine>> {
    auto ids = reader.match(part);
    if (!ids) return ids.error();
    std::vector<JobLine> lines;
    for (const JobId& id : *ids) {
      auto job = reader.show(id);
      if (!job) return job.error();
      lines.push_back(std::move(job->line));
    }
    return lines;
  };
  auto lines = co_await context.parts.reading.run(std::move(look));
  if (!lines) co_return lines.error();
  auto jobs = co_await context.live_jobs.list(std::move(*lines));
  if (!jobs) co_return jobs.error();
  Json answer{{"jobs", std::move(*jobs)}, {"next", Json()}};
  co_return co_await call.answer(200, std::move(answer));
}

/// Priority and tags are checked by the rules of a job file's `reeld`.
Outcome<store::JobEdit> read_edit(Json value) {
  Body body(std::move(value));
  if (auto checked = body.check({"priority", "tags"}); !checked) return checked.error();
  JobSpec spec;
  check::check_own(body.members(), spec);
  if (auto checked = body.check({"priority", "tags"}); !checked) return checked.error();
  store::JobEdit edit;
  if (body.members().find("priority") != nullptr) edit.priority = spec.priority;
  if (body.members().find("tags") != nullptr) edit.tags = std::move(spec.tags);
  if (!edit.priority && !edit.tags) return bad_input("say what to change: \"priority\" or \"tags\"");
  return edit;
}

}  // namespace

Task<void> list_jobs(Context& context, Call& call) {
  if (auto part = call.query("id")) co_return co_await list_matches(context, call, std::move(*part));
  auto filter = read_filter(call);
  if (!filter) co_return filter.error();
  auto limit = read_limit(call);
  if (!limit) co_return limit.error();
  auto after = read_after(call);
  if (!after) co_return after.error();
  std::function<Result<JobPage>(Reader&)> look = [filter = *filter, limit = *limit,
                                                  after = JobId(*after)](Reader& reader) {
    return reader.list(filter, after, limit);
  };
  auto page = co_await context.parts.reading.run(std::move(look));
  if (!page) co_return page.error();
  auto jobs = co_await context.live_jobs.list(std::move(page->jobs));
  if (!jobs) co_return jobs.error();
  Json answer{{"jobs", std::move(*jobs)}, {"next", or_null(page->next.str())}};
  co_return co_await call.answer(200, std::move(answer));
}

Task<void> show_job(Context& context, Call& call) {
  auto id = co_await find_job(context, call.argument(0));
  if (!id) co_return id.error();
  auto job = co_await context.live_jobs.detail(std::move(*id));
  if (!job) co_return job.error();
  co_return co_await call.answer(200, std::move(*job));
}

Task<void> show_job_events(Context& context, Call& call) {
  auto id = co_await find_job(context, call.argument(0));
  if (!id) co_return id.error();
  std::function<Result<std::vector<store::EventLine>>(Reader&)> look = [id = *id](Reader& reader) {
    return reader.history(id);
  };
  auto events = co_await context.parts.reading.run(std::move(look));
  if (!events) co_return events.error();
  Json answer{{"events", events_json(*events)}};
  co_return co_await call.answer(200, std::move(answer));
}

Task<void> edit_job(Context& context, Call& call) {
  auto id = co_await find_job(context, call.argument(0));
  if (!id) co_return id.error();
  auto value = co_await call.read_json();
  if (!value) co_return value.error();
  auto edit = read_edit(std::move(*value));
  if (!edit) co_return edit.error();
  std::string by = co_await context.users.name(call.head().peer);
  auto edited = co_await context.parts.store.edit(*id, std::move(*edit), std::move(by));
  if (!edited) co_return edited.error();
  // A higher priority may change what is claimed next.
  context.parts.control.poke();
  auto job = co_await context.live_jobs.line(std::move(*id));
  if (!job) co_return job.error();
  Json answer{{"job", std::move(*job)}};
  co_return co_await call.answer(200, std::move(answer));
}

}  // namespace reeld::api
