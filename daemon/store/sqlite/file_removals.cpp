#include "daemon/store/sqlite/file_removals.hpp"

#include "daemon/store/sqlite/rows.hpp"

namespace reeld::store::sqlite {
namespace {

PlacedFilm read_film(const Json& film) {
  PlacedFilm placed;
  placed.number = film.at("number").get<int>();
  placed.generation = GenerationId(film.at("generation").get<std::string>());
  placed.path = film.at("path").get<std::string>();
  placed.size = film.at("size").get<std::uint64_t>();
  placed.sha256 = film.at("sha256").get<std::string>();
  return placed;
}

}  // namespace

void release_files_of(Connection& db, const Json& jobs) {
  db.run(
      "INSERT OR IGNORE INTO file_removal (job_id, output_path, ended_at, films)"
      " SELECT j.id, j.output_path, j.finished_at, json_group_array(json_object('number', f.number, "
      "'generation',"
      "  f.generation_id, 'path', f.path, 'size', f.size, 'sha256', f.sha256))"
      " FROM job j JOIN film f ON f.job_id = j.id WHERE j.id IN (SELECT value FROM json_each(?1))"
      "  AND j.files_removed_at IS NULL GROUP BY j.id",
      jobs);
}

void release_parts_of(Connection& db, const Json& jobs) {
  db.run(
      "INSERT OR IGNORE INTO file_removal (job_id, output_path, ended_at, films)"
      " SELECT j.id, j.output_path, j.finished_at, json_group_array(json_object('number', f.number,"
      "  'generation', f.generation_id, 'path', '', 'size', 0, 'sha256', ''))"
      " FROM job j JOIN film f ON f.job_id = j.id WHERE j.id IN (SELECT value FROM json_each(?1))"
      "  AND f.published = 0 GROUP BY j.id",
      jobs);
}

Result<int> release_files(Connection& db, Time ended_before, int limit, Time now) {
  Json jobs = Json::array();
  Query row = db.query(
      "SELECT id FROM job INDEXED BY job_with_files WHERE state = 'succeeded' AND files_removed_at IS NULL"
      " AND finished_at < ?1 ORDER BY finished_at, id LIMIT ?2",
      ended_before, limit);
  while (row.step()) jobs.push_back(row.text(0));
  release_files_of(db, jobs);
  db.run("UPDATE job SET files_removed_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))", jobs, now);
  return static_cast<int>(jobs.size());
}

Result<std::vector<ReleasedFiles>> released_files(Connection& db, const JobId& after, int limit) {
  std::vector<ReleasedFiles> released;
  Query row = db.query(
      "SELECT job_id, output_path, ended_at, films FROM file_removal WHERE job_id > ?1 ORDER BY job_id LIMIT "
      "?2",
      after, limit);
  while (row.step()) {
    ReleasedFiles files{JobId(row.text(0)), row.text(1), row.time(2), {}};
    for (const Json& film : row.json(3)) files.films.push_back(read_film(film));
    released.push_back(std::move(files));
  }
  return released;
}

Result<void> finish_removal(Connection& db, const JobId& job, const std::string& words, Time now) {
  db.run("DELETE FROM file_removal WHERE job_id = ?1", job);
  Query row = db.query("SELECT batch_id FROM job WHERE id = ?1", job);
  if (!row.step()) {
    db.run("DELETE FROM result_path WHERE job_id = ?1", job);
  } else if (!words.empty()) {
    add_event(db, Event{now, row.text(0), job.str(), {}, {}, words});
  }
  return {};
}

Result<bool> has_films_below(Connection& db, const std::string& folder) {
  // '0' comes next behind '/'.
  Query row = db.query(
      "SELECT 1 FROM result_path p WHERE p.stem > ?1 || '/' AND p.stem < ?1 || '0'"
      " AND (EXISTS (SELECT 1 FROM file_removal r WHERE r.job_id = p.job_id)"
      "  OR EXISTS (SELECT 1 FROM job j JOIN film f ON f.job_id = j.id WHERE j.id = p.job_id"
      "   AND j.files_removed_at IS NULL AND f.path <> '')) LIMIT 1",
      folder);
  return row.step();
}

}  // namespace reeld::store::sqlite
