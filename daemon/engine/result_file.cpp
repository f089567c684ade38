#include "daemon/engine/result_file.hpp"

#include <filesystem>

#include "version.hpp"

namespace reeld::engine {
namespace {

Json cost(const store::ClaimedJob& job) {
  if (job.cost_amount.empty()) return nullptr;
  return Json{{"amount", job.cost_amount}, {"unit", job.cost_unit}};
}

Json film(const store::Film& film, const std::string& poster) {
  Json entry{{"file", std::filesystem::path(film.path).filename().string()},
             {"size", film.size},
             {"sha256", film.sha256},
             {"source_url", film.url}};
  entry["poster"] = poster.empty() ? Json() : Json(poster);
  return entry;
}

}  // namespace

Json result_file(const store::ClaimedJob& job, const std::vector<std::string>& posters,
                 const std::vector<std::string>& warnings, Time finished_at) {
  Json films = Json::array();
  for (std::size_t i = 0; i < job.films.size(); ++i) films.push_back(film(job.films[i], posters[i]));
  Json result{{"id", job.lease.job.str()},
              {"name", job.name},
              {"batch", job.batch.str()},
              {"model", job.kind.model},
              {"generation_id", job.generation.str()},
              {"seed", job.sent_seed},
              {"films", std::move(films)},
              {"cost", cost(job)},
              {"attempts", job.accepted},
              {"accepted_at", format_time(job.accepted_at)},
              {"rendered_at", format_time(job.state_since)},
              {"finished_at", format_time(finished_at)},
              {"warnings", warnings},
              {"reeld_version", kVersion}};
  const auto request = parse_json_leniently(job.request_body);
  result["request"] = request ? *request : Json();
  result["submitted_at"] = job.generating_since ? Json(format_time(*job.generating_since)) : Json();
  return result;
}

}  // namespace reeld::engine
