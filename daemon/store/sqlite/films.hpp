#pragma once

#include "daemon/store/sqlite/rows.hpp"

/// The store's operations on a job's films; store.hpp says what each does.
namespace reeld::store::sqlite {

Result<void> record_films(Connection& db, const Lease& lease, const std::vector<NewFilm>& films,
                          std::optional<Duration> render_time, Time now);
Result<void> record_progress(Connection& db, const Lease& lease, const FilmProgress& progress);
Result<void> record_film_file(Connection& db, const Lease& lease, const FilmFile& file);
Result<void> record_published(Connection& db, const Lease& lease, int film);
Result<void> change_output(Connection& db, const Lease& lease, const std::string& output_path);
Result<std::vector<Duration>> render_times(Connection& db, const RenderKind& kind);

}  // namespace reeld::store::sqlite
