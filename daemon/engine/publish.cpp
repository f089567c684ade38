// A job's last stage: from whole bytes to files that others may see. A result path exists only when all is
// well.
#include <fmt/format.h>

#include <algorithm>

#include "common/util/uuid.hpp"
#include "daemon/engine/job_run.hpp"
#include "daemon/engine/result_file.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using store::Film;

namespace {

constexpr mode_t kFolderMode = 0750;
constexpr std::string_view kJpegBegins = "\xFF\xD8\xFF";

bool is_taken(const fs::path& path) {
  std::error_code failed;
  return fs::symlink_status(path, failed).type() != fs::file_type::not_found;
}

}  // namespace

fs::path JobRun::film_path(int film, std::string_view suffix) const {
  const std::string number = job_.quantity > 1 ? fmt::format("-{}", film) : "";
  return engine_.options().results / fmt::format("{}{}{}", job_.output_path, number, suffix);
}

fs::path JobRun::result_path() const {
  return engine_.options().results / (job_.output_path + ".json");
}

fs::path JobRun::part_path(int film) const {
  return result_path().parent_path() / fmt::format(".{}-{}.part", job_.generation.str(), film);
}

Result<bool> JobRun::place_is_free() const {
  if (auto made = files::make_directories(result_path().parent_path(), kFolderMode); !made)
    return made.error();
  if (is_taken(result_path())) return false;
  for (const Film& film : job_.films) {
    if (film.published) continue;
    if (is_taken(film_path(film.number, ".mp4")) || is_taken(film_path(film.number, ".jpg"))) return false;
  }
  return true;
}

/// Settles where the films will stand, and commits it: from then on what stands there under our names is
/// ours.
asio::awaitable<Result<void>> JobRun::choose_place() {
  const Engine::Parts& parts = engine_.parts();
  const bool settled = std::ranges::all_of(job_.films, [](const Film& film) { return !film.path.empty(); });
  if (settled) co_return Result<void>();
  const std::function<Result<bool>()> look = [this] { return place_is_free(); };
  auto free = co_await parts.pool.run<bool>(look);
  if (!free) co_return free.error();
  if (!*free) co_return co_await move_elsewhere();
  for (Film& film : job_.films) {
    if (film.published) continue;
    film.path = film_path(film.number, ".mp4").lexically_relative(engine_.options().results).string();
    store::FilmFile file{film.number, film.path, film.size, film.sha256};
    auto recorded = co_await insist([&] { return parts.store.record_film_file(job_.lease, file); });
    if (!recorded) co_return recorded;
  }
  co_return Result<void>();
}

/// A foreign file stands where this job's should: the job goes beside it, under its own id.
asio::awaitable<Result<void>> JobRun::move_elsewhere() {
  const Engine::Parts& parts = engine_.parts();
  const std::string by_short_id = fmt::format("{}-{}", job_.output_path, short_id(job_.lease.job.str()));
  const bool had_short_id = job_.output_path.ends_with(short_id(job_.lease.job.str()));
  const std::string elsewhere =
      had_short_id ? fmt::format("{}-{}", job_.output_path, job_.lease.job.str()) : by_short_id;
  auto changed = co_await insist([&] { return parts.store.change_output(job_.lease, elsewhere); });
  if (!changed) co_return changed;
  log(spdlog::level::warn, "a foreign file stands at the result's place",
      {{"was", job_.output_path}, {"now", elsewhere}});
  co_await note(fmt::format("a foreign file stands at {}; the films go to {}", job_.output_path, elsewhere));
  // The .part files stay in the folder, which is the same: their names come from the generation.
  job_.output_path = elsewhere;
  for (Film& film : job_.films) {
    if (!film.published) film.path.clear();
  }
  co_return co_await choose_place();
}

asio::awaitable<Result<void>> JobRun::publish() {
  if (auto saved = co_await save_posters(); !saved) co_return saved;
  if (auto written = co_await write_result_file(); !written) co_return written;
  for (Film& film : job_.films) {
    if (film.published) continue;
    auto published = co_await publish_film(film);
    if (!published) co_return published;
  }
  co_return Result<void>();
}

/// A poster is a nicety: one that cannot be had is a warning, never a failure.
asio::awaitable<Result<void>> JobRun::save_posters() {
  const Engine::Parts& parts = engine_.parts();
  posters_.assign(job_.films.size(), "");
  for (std::size_t i = 0; i < job_.films.size(); ++i) {
    const bool fresh = i < fresh_urls_.size();
    const std::string url = fresh ? fresh_urls_[i].poster_url : job_.films[i].poster_url;
    if (url.empty()) continue;
    auto image = co_await parts.cdn.fetch_poster(url);
    if (!image || !image->starts_with(kJpegBegins)) {
      const std::string why = image ? "it is not a JPEG" : image.error().detail;
      warnings_.push_back(fmt::format("no poster for film {}: {}", job_.films[i].number, why));
      continue;
    }
    const fs::path path = film_path(job_.films[i].number, ".jpg");
    const auto mode = static_cast<mode_t>(engine_.options().results_mode);
    const std::function<Result<void>()> write = [&] { return files::write_durably(path, *image, mode); };
    auto written = co_await parts.pool.run<void>(write);
    if (!written) co_return written;
    posters_[i] = path.filename().string();
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> JobRun::write_result_file() {
  const Json result = result_file(job_, posters_, warnings_, engine_.parts().clock.now());
  const std::string text = result.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  const auto mode = static_cast<mode_t>(engine_.options().results_mode);
  const std::function<Result<void>()> write = [&] { return files::write_durably(result_path(), text, mode); };
  co_return co_await engine_.parts().pool.run<void>(write);
}

asio::awaitable<Result<void>> JobRun::publish_film(Film& film) {
  const Engine::Parts& parts = engine_.parts();
  const fs::path part = part_path(film.number);
  const fs::path target = film_path(film.number, ".mp4");
  // True: the film stands at its place. False: somebody else's file does.
  const std::function<Result<bool>()> rename = [&]() -> Result<bool> {
    const auto there = files::digest(target);
    if (there && there->sha256 == film.sha256) {
      // An earlier life renamed it and did not come to say so.
      if (auto removed = files::remove(part); !removed) return removed.error();
      return true;
    }
    auto moved = files::move_durably(part, target);
    if (moved) return true;
    if (moved.error().code == Errc::kConflict) return false;
    return moved.error();
  };
  auto stands = co_await parts.pool.run<bool>(rename);
  if (!stands) co_return stands.error();
  if (!*stands) {
    const std::function<Result<void>()> withdraw = [this] { return files::remove(result_path()); };
    auto withdrawn = co_await parts.pool.run<void>(withdraw);
    if (!withdrawn) co_return withdrawn;
    auto moved = co_await move_elsewhere();
    if (!moved) co_return moved;
    co_return Error{Errc::kConflict, "engine.publish", "a foreign file stood at the film's place"};
  }
  auto recorded = co_await insist([&] { return parts.store.record_published(job_.lease, film.number); });
  if (recorded) film.published = true;
  co_return recorded;
}

}  // namespace reeld::engine
