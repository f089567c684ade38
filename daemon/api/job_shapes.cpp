#include <fmt/format.h>

#include <algorithm>

#include "common/util/uuid.hpp"
#include "daemon/api/shapes.hpp"

namespace reeld::api {

using store::AttemptLine;
using store::EventLine;
using store::Film;
using store::JobDetail;
using store::JobLine;

namespace {

Json time_or_null(const std::optional<Time>& time) {
  return time ? Json(format_time(*time)) : Json();
}

Json state_or_null(const std::optional<JobState>& state) {
  return state ? Json(to_string(*state)) : Json();
}

Json attempt_json(const AttemptLine& attempt) {
  return {{"intent", attempt.intent.str()},
          {"at", format_time(attempt.at)},
          {"seed", attempt.seed},
          {"outcome", or_null(attempt.outcome)},
          {"generation_id", or_null(attempt.generation.str())},
          {"cost", cost_json(attempt.cost_amount, attempt.cost_unit)}};
}

std::string file_link(const JobId& job, std::string_view file) {
  return fmt::format("/v1/jobs/{}/files/{}", job.str(), file);
}

Json film_json(const JobId& job, const Film& film) {
  const bool has_poster = film.published && !film.poster_url.empty();
  const std::string number = std::to_string(film.number);
  return {{"number", film.number},
          {"path", or_null(film.path)},
          {"size", film.size},
          {"sha256", or_null(film.sha256)},
          {"published", film.published},
          {"source_url", film.url},
          {"file", film.published ? Json(file_link(job, number)) : Json()},
          {"poster", has_poster ? Json(file_link(job, number + ".jpg")) : Json()}};
}

/// The request as it was sent; null where nothing was sent yet.
Json request_json(const std::string& body) {
  if (body.empty()) return {};
  auto request = parse_json_leniently(body);
  return request ? std::move(*request) : Json(body);
}

}  // namespace

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json cost_json(const std::string& amount, const std::string& unit) {
  if (amount.empty()) return {};
  return {{"amount", amount}, {"unit", unit}};
}

Json job_json(const JobLine& job) {
  return {{"id", job.id.str()},
          {"short_id", short_id(job.id.str())},
          {"name", job.name},
          {"state", to_string(job.state)},
          {"batch", job.batch.str()},
          {"batch_name", job.batch_name},
          {"model", job.kind.model},
          {"width", job.kind.width},
          {"height", job.kind.height},
          {"duration", job.kind.duration},
          {"quantity", job.quantity},
          {"priority", job.priority},
          {"tags", job.tags},
          {"accepted_at", format_time(job.accepted_at)},
          {"since", format_time(job.state_since)},
          {"due_at", time_or_null(job.due_at)},
          {"deadline", time_or_null(job.deadline)},
          {"finished_at", time_or_null(job.finished_at)},
          {"generation_id", or_null(job.generation.str())},
          {"overdue", job.overdue},
          {"error_class", or_null(job.error_class)},
          {"error", or_null(job.error)},
          {"output", job.output_path},
          {"films", job.films},
          {"cost", cost_json(job.cost_amount, job.cost_unit)},
          {"waiting", Json()},
          {"progress", Json()}};
}

Json job_json(const JobDetail& job) {
  Json value = job_json(job.line);
  value["submitter"] = or_null(job.submitter);
  value["key"] = or_null(job.key);
  value["spec"] = job.spec;
  value["request"] = request_json(job.request_body);
  Json attempts = Json::array();
  for (const AttemptLine& attempt : job.attempts) attempts.push_back(attempt_json(attempt));
  value["attempts"] = std::move(attempts);
  Json films = Json::array();
  for (const Film& film : job.films) films.push_back(film_json(job.line.id, film));
  value["film_files"] = std::move(films);
  // The result file stands there before the first film does.
  const bool has_result = std::ranges::any_of(job.films, &Film::published);
  value["result"] = has_result ? Json(file_link(job.line.id, "result.json")) : Json();
  value["events"] = events_json(job.events);
  return value;
}

Json event_json(const EventLine& event) {
  return {{"id", event.id},
          {"at", format_time(event.at)},
          {"kind", to_string(event.kind)},
          {"job", or_null(event.job.str())},
          {"batch", or_null(event.batch.str())},
          {"from", state_or_null(event.from)},
          {"to", state_or_null(event.to)},
          {"text", event.text},
          {"detail", event.detail.is_null() ? Json::object() : event.detail}};
}

Json events_json(const std::vector<EventLine>& events) {
  Json list = Json::array();
  for (const EventLine& event : events) list.push_back(event_json(event));
  return list;
}

Json batch_json(const store::BatchSummary& batch) {
  const int open = batch.jobs - batch.succeeded - batch.failed - batch.cancelled;
  Json counts{{"jobs", batch.jobs},
              {"open", open},
              {"succeeded", batch.succeeded},
              {"failed", batch.failed},
              {"cancelled", batch.cancelled}};
  return {{"id", batch.id.str()},
          {"name", batch.name},
          {"file", or_null(batch.file_name)},
          {"submitter", or_null(batch.submitter)},
          {"accepted_at", format_time(batch.accepted_at)},
          {"finished_at", time_or_null(batch.finished_at)},
          {"held", or_null(batch.held)},
          {"counts", std::move(counts)}};
}

Json submitted_json(const store::BatchJob& job) {
  return {{"position", job.position},
          {"id", job.id.str()},
          {"name", job.name},
          {"output", job.output_path},
          {"duplicate", job.duplicate}};
}

}  // namespace reeld::api
