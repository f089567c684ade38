#include "daemon/app/hook_facts.hpp"

#include "daemon/api/shapes.hpp"

namespace reeld::app {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kMostFilms = 1000;
constexpr int kPage = 1000;

Json job_facts(const store::JobDetail& job) {
  const store::JobLine& line = job.line;
  Json facts{{"id", line.id.str()},
             {"name", line.name},
             {"state", to_string(line.state)},
             {"model", line.kind.model},
             {"tags", line.tags},
             {"error", line.error.empty() ? Json() : Json(line.error)},
             {"cost", api::cost_json(line.cost_amount, line.cost_unit)},
             {"generation_id", line.generation.empty() ? Json() : Json(line.generation.str())},
             {"films", Json::array()}};
  for (const store::Film& film : job.films) {
    if (film.published) facts["films"].push_back(film.path);
  }
  return facts;
}

}  // namespace

asio::awaitable<Json> HookFacts::describe(store::EventLine event) {
  Json facts{{"job", nullptr}, {"batch", nullptr}};
  if (!event.job.empty()) facts["job"] = co_await job(event.job);
  const bool with_films = event.kind == store::EventKind::kBatchFinished;
  if (!event.batch.empty()) facts["batch"] = co_await batch(event.batch, with_films);
  co_return facts;
}

asio::awaitable<Json> HookFacts::job(JobId id) {
  const std::function<Result<store::JobDetail>(store::Reader&)> look = [id](store::Reader& reader) {
    return reader.show(id);
  };
  const auto found = co_await reading_.run(look);
  if (!found) co_return Json{{"id", id.str()}};
  co_return job_facts(*found);
}

asio::awaitable<Json> HookFacts::batch(BatchId id, bool with_films) {
  const auto found = co_await store_.batch(id);
  if (!found) co_return Json{{"id", id.str()}};
  const Json shown = api::batch_json(*found);
  Json facts = Json::object();
  for (const char* member : {"id", "name", "submitter", "held", "counts"}) facts[member] = shown.at(member);
  if (with_films) co_await add_films(id, facts);
  co_return facts;
}

asio::awaitable<void> HookFacts::add_films(BatchId id, Json& batch) {
  Json films = Json::array();
  bool more = false;
  for (int after = 0; !more;) {
    const auto jobs = co_await store_.batch_jobs(id, after, kPage);
    if (!jobs || jobs->empty()) break;
    after = jobs->back().position;
    for (const store::BatchJob& job : *jobs) {
      for (const std::string& file : job.files) {
        more = more || films.size() == kMostFilms;
        if (!more) films.push_back(file);
      }
    }
  }
  batch["films"] = std::move(films);
  batch["more_films"] = more;
}

}  // namespace reeld::app
