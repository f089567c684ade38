#include "daemon/store/sqlite/films.hpp"

#include <fmt/format.h>

namespace reeld::store::sqlite {
namespace {

/// Samples that are kept for each kind of render.
constexpr int kKeptRenderTimes = 50;

void learn(Connection& db, const RenderKind& kind, Duration render_time) {
  db.run("INSERT INTO render_time (model, width, height, duration, render_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
         kind.model, kind.width, kind.height, kind.duration, render_time);
  db.run(
      "DELETE FROM render_time WHERE model = ?1 AND width = ?2 AND height = ?3 AND duration = ?4 AND id <="
      " (SELECT id FROM render_time WHERE model = ?1 AND width = ?2 AND height = ?3 AND duration = ?4"
      "  ORDER BY id DESC LIMIT 1 OFFSET ?5)",
      kind.model, kind.width, kind.height, kind.duration, kKeptRenderTimes);
}

}  // namespace

Result<void> record_films(Connection& db, const Lease& lease, const std::vector<NewFilm>& films,
                          std::optional<Duration> render_time, Time now) {
  if (auto held = check_lease(db, lease, JobState::kGenerating); !held) return held;
  const ClaimedJob job = read_claimed(db, lease.job.str());
  db.run("DELETE FROM film WHERE job_id = ?1", lease.job);
  for (const NewFilm& film : films) {
    db.run("INSERT INTO film (job_id, generation_id, number, url, poster_url) VALUES (?1, ?2, ?3, ?4, ?5)",
           lease.job, job.generation, film.number, film.url, film.poster_url);
  }
  if (render_time) learn(db, job.kind, *render_time);
  Move to_downloading{JobState::kGenerating, JobState::kDownloading,
                      render_time ? "rendered in " + humanize(*render_time) : "rendered"};
  to_downloading.detail = Json{{"films", films.size()}};
  return move_job(db, lease, to_downloading, now);
}

Result<void> record_progress(Connection& db, const Lease& lease, const FilmProgress& progress) {
  if (auto held = check_lease(db, lease, JobState::kDownloading); !held) return held;
  db.run("UPDATE film SET synced = ?3, validator = ?4 WHERE job_id = ?1 AND number = ?2", lease.job,
         progress.film, progress.synced, progress.validator);
  return {};
}

Result<void> record_film_file(Connection& db, const Lease& lease, const FilmFile& file) {
  if (auto held = check_lease(db, lease, JobState::kDownloading); !held) return held;
  db.run("UPDATE film SET path = ?3, size = ?4, sha256 = ?5 WHERE job_id = ?1 AND number = ?2", lease.job,
         file.film, file.path, file.size, file.sha256);
  return {};
}

Result<void> record_published(Connection& db, const Lease& lease, int film) {
  if (auto held = check_lease(db, lease, JobState::kDownloading); !held) return held;
  db.run("UPDATE film SET published = 1 WHERE job_id = ?1 AND number = ?2", lease.job, film);
  return {};
}

Result<void> change_output(Connection& db, const Lease& lease, const std::string& output_path) {
  if (auto held = check_lease(db, lease, JobState::kDownloading); !held) return held;
  Query row = db.query("SELECT quantity FROM job WHERE id = ?1", lease.job);
  row.step();
  const int quantity = row.small(0);
  if (!reserve_stems(db, lease.job, output_path, quantity)) {
    return Error{Errc::kConflict, "store.change_output", output_path + " is reserved for another job"};
  }
  db.run("UPDATE job SET output_path = ?2 WHERE id = ?1", lease.job, output_path);
  // Where its films will stand is open again: nobody has looked whether the new place is free.
  db.run("UPDATE film SET path = '' WHERE job_id = ?1 AND published = 0", lease.job);
  db.run("UPDATE batch SET stale = 1 WHERE id = (SELECT batch_id FROM job WHERE id = ?1)", lease.job);
  return {};
}

Result<std::vector<Duration>> render_times(Connection& db, const RenderKind& kind) {
  std::vector<Duration> times;
  Query row = db.query(
      "SELECT render_ms FROM render_time WHERE model = ?1 AND width = ?2 AND height = ?3 AND duration = ?4"
      " ORDER BY id DESC LIMIT ?5",
      kind.model, kind.width, kind.height, kind.duration, kKeptRenderTimes);
  while (row.step()) times.emplace_back(row.integer(0));
  return times;
}

}  // namespace reeld::store::sqlite
