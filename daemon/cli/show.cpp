#include <fmt/format.h>

#include <cstdio>

#include "common/job/text.hpp"
#include "common/util/json.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/queue.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {
namespace {

using store::AttemptLine;
using store::EventLine;
using store::Film;
using store::JobDetail;

/// Words of the service and of submitters are shown without control characters, and not for ever.
constexpr std::size_t kMostWords = 2000;

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json to_json(const AttemptLine& attempt) {
  return {{"intent", attempt.intent.str()},
          {"at", format_time(attempt.at)},
          {"seed", attempt.seed},
          {"outcome", attempt.outcome},
          {"generation_id", or_null(attempt.generation.str())},
          {"cost", attempt.cost_amount.empty()
                       ? Json()
                       : Json{{"amount", attempt.cost_amount}, {"unit", attempt.cost_unit}}}};
}

Json to_json(const EventLine& event) {
  return {{"id", event.id},
          {"at", format_time(event.at)},
          {"from", event.from ? Json(to_string(*event.from)) : Json()},
          {"to", event.to ? Json(to_string(*event.to)) : Json()},
          {"text", event.text},
          {"detail", event.detail}};
}

Json to_json(const Film& film) {
  return {{"number", film.number}, {"path", or_null(film.path)},     {"published", film.published},
          {"size", film.size},     {"sha256", or_null(film.sha256)}, {"url", film.url}};
}

Json to_json(const JobDetail& job) {
  Json value{{"id", job.line.id.str()},
             {"name", job.line.name},
             {"state", to_string(job.line.state)},
             {"since", format_time(job.line.state_since)},
             {"batch", job.line.batch.str()},
             {"batch_name", job.line.batch_name},
             {"key", or_null(job.key)},
             {"tags", job.tags},
             {"model", job.line.model},
             {"priority", job.line.priority},
             {"output", job.output_path},
             {"accepted_at", format_time(job.accepted_at)},
             {"finished_at", job.finished_at ? Json(format_time(*job.finished_at)) : Json()},
             {"due_at", job.line.due_at ? Json(format_time(*job.line.due_at)) : Json()},
             {"generation_id", or_null(job.line.generation.str())},
             {"overdue", job.line.overdue},
             {"error_class", or_null(job.error_class)},
             {"error", or_null(job.line.error)},
             {"spec", job.spec}};
  for (const char* list : {"attempts", "films", "events"}) value[list] = Json::array();
  for (const AttemptLine& attempt : job.attempts) value["attempts"].push_back(to_json(attempt));
  for (const Film& film : job.films) value["films"].push_back(to_json(film));
  for (const EventLine& event : job.events) value["events"].push_back(to_json(event));
  return value;
}

void print(const JobDetail& job) {
  const auto line = [](std::string_view label, const std::string& text) {
    if (!text.empty()) fmt::print("{:<12} {}\n", label, printable(text, kMostWords));
  };
  line("job", job.line.id.str());
  line("name", job.line.name);
  line("state", fmt::format("{}{}", to_string(job.line.state), job.line.overdue ? " (overdue)" : ""));
  line("since", format_time(job.line.state_since));
  line("due", job.line.due_at ? format_time(*job.line.due_at) : "");
  line("batch", fmt::format("{} ({})", job.line.batch_name, job.line.batch.str()));
  line("model", job.line.model);
  line("prompt", job.spec.value("prompt", ""));
  line("output", job.output_path);
  line("generation", job.line.generation.str());
  line("error", job.line.error);
  for (const Film& film : job.films) {
    line("film", fmt::format("{} {}", film.path.empty() ? "(not stored yet)" : film.path,
                             film.published ? fmt::format("{} bytes", film.size) : "on its way"));
  }
  for (const AttemptLine& attempt : job.attempts) {
    line("attempt", fmt::format("{} seed {} {} {} {}", format_time(attempt.at), attempt.seed, attempt.outcome,
                                attempt.cost_amount, attempt.cost_unit));
  }
  fmt::print("\n");
  for (const EventLine& event : job.events) {
    const std::string change =
        event.to
            ? fmt::format("{} -> {}: ", event.from ? to_string(*event.from) : "new", to_string(*event.to))
            : "";
    fmt::print("{}  {}{}\n", format_time(event.at), change, printable(event.text, kMostWords));
  }
}

/// The one id that begins or ends so. Tells why there is none.
std::optional<JobId> find(Queue& queue, const std::string& part) {
  if (is_uuid(part)) return JobId(part);
  if (part.size() < 4 || part.find_first_not_of("0123456789abcdef-") != std::string::npos) {
    fmt::print(
        stderr,
        "reeld: \"{}\" is no part of a job id: give 4 or more of its digits, as `reeld list` shows them\n",
        part);
    return std::nullopt;
  }
  const auto ids = queue.reader()->match(part);
  if (!ids) {
    queue.fail(ids.error());
    return std::nullopt;
  }
  if (ids->size() == 1) return ids->front();
  if (ids->empty()) {
    fmt::print(stderr, "reeld: no job's id begins or ends with {}\n", part);
  } else {
    fmt::print(stderr, "reeld: {} is not enough, it could be:\n", part);
    for (const JobId& id : *ids) fmt::print(stderr, "  {}\n", id.str());
  }
  return std::nullopt;
}

}  // namespace

int show(const Globals& globals, const ShowArguments& arguments) {
  Queue queue(globals);
  if (queue.reader() == nullptr) return queue.exit_code();
  const auto id = find(queue, arguments.id);
  if (!id) return app::kExitUsage;
  const auto job = queue.reader()->show(*id);
  if (!job) return queue.fail(job.error());
  if (globals.json) {
    fmt::print("{}\n", dump_json(to_json(*job)));
  } else {
    print(*job);
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
