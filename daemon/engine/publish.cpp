// A job's last stage: from whole bytes to files that others may see. A result path exists only when all is
// well.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "common/util/crash_point.hpp"
#include "common/util/uuid.hpp"
#include "daemon/engine/job_run.hpp"
#include "daemon/engine/result_file.hpp"
#include "daemon/files/small_file.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using store::Film;

namespace {

constexpr std::string_view kJpegBegins = "\xFF\xD8\xFF";
/// A result file of reeld's never is so large.
constexpr std::uint64_t kMostOfResultFile = 1U << 20;

Error taken_away() {
  return Error{Errc::kCancelled, "engine.publish", "the job is taken away, or the daemon stops"};
}

/// Whether anything stands at `path`. What cannot be looked at is an error, not a yes.
Result<bool> is_taken(const fs::path& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) == 0) return true;
  if (errno == ENOENT) return false;
  return errno_error("engine.publish", errno, path.string());
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

/// Never below the mount point of a disk that is gone.
Result<void> JobRun::make_result_folder() const {
  if (auto there = engine_.look_for_results(); !there) return there;
  return files::make_directories(result_path().parent_path(), kResultFolderMode);
}

Result<bool> JobRun::place_is_free() const {
  if (auto made = make_result_folder(); !made) return made.error();
  std::vector<fs::path> wanted{result_path()};
  for (const Film& film : job_.films) {
    if (film.published) continue;
    wanted.push_back(film_path(film.number, ".mp4"));
    wanted.push_back(film_path(film.number, ".jpg"));
  }
  for (const fs::path& path : wanted) {
    auto taken = is_taken(path);
    if (!taken) return taken.error();
    if (*taken) return false;
  }
  return true;
}

/// Settles where the films will stand, and commits it.
asio::awaitable<Result<void>> JobRun::choose_place() {
  const Engine::Parts& parts = engine_.parts();
  const bool settled = std::ranges::all_of(job_.films, [](const Film& film) { return !film.path.empty(); });
  if (settled) co_return Result<void>();
  for (;;) {
    const std::function<Result<bool>()> look = [this] { return place_is_free(); };
    auto free = co_await parts.pool.run<bool>(look);
    if (!free) co_return free.error();
    if (*free) break;
    auto left = co_await leave_place();
    if (!left) co_return left;
  }
  for (Film& film : job_.films) {
    if (film.published) continue;
    film.path = film_path(film.number, ".mp4").lexically_relative(engine_.options().results).string();
    store::FilmFile file{film.number, film.path, film.size, film.sha256};
    auto recorded = co_await insist([&] { return parts.store.record_film_file(job_.lease, file); });
    if (!recorded) co_return recorded;
  }
  co_return Result<void>();
}

/// A foreign file stands in the way: the job goes beside it, under its short id, then under its whole one.
asio::awaitable<Result<void>> JobRun::leave_place() {
  const std::string by_short_id = "-" + short_id(job_.lease.job.str());
  const std::string by_id = "-" + job_.lease.job.str();
  std::string elsewhere = job_.output_path + by_short_id;
  if (job_.output_path.ends_with(by_id)) {
    co_return Error{Errc::kConflict, "engine.publish",
                    fmt::format("foreign files stand at {} and beside it; move them away", job_.output_path)};
  }
  if (job_.output_path.ends_with(by_short_id)) {
    elsewhere = job_.output_path.substr(0, job_.output_path.size() - by_short_id.size()) + by_id;
  }
  store::JobStore& store = engine_.parts().store;
  auto changed = co_await insist([&] { return store.change_output(job_.lease, elsewhere); });
  if (!changed) co_return changed;
  log(spdlog::level::warn, "a foreign file stands at the result's place",
      {{"was", job_.output_path}, {"now", elsewhere}});
  co_await note(fmt::format("a foreign file stands at {}; the films go to {}", job_.output_path, elsewhere));
  // The .part files stay in the folder, which is the same: their names come from the generation.
  job_.output_path = elsewhere;
  for (Film& film : job_.films) {
    if (!film.published) film.path.clear();
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> JobRun::publish() {
  auto ours = co_await place_is_ours();
  if (!ours) co_return ours.error();
  co_await save_posters(*ours);
  if (must_end()) co_return taken_away();
  if (auto written = co_await write_result_file(); !written) co_return written;
  for (Film& film : job_.films) {
    if (film.published) continue;
    if (must_end()) co_return taken_away();
    auto published = co_await publish_film(film);
    if (!published) co_return published;
  }
  co_return Result<void>();
}

/// True when an earlier try has put our result file there, false when nothing is. A foreign one makes the job
/// leave.
asio::awaitable<Result<bool>> JobRun::place_is_ours() {
  enum class Owner { kNobody, kUs, kSomebody };
  const std::function<Result<Owner>()> look = [this]() -> Result<Owner> {
    const auto text = files::read_small_file(result_path(), kMostOfResultFile);
    if (!text && text.error().code == Errc::kNotFound) return Owner::kNobody;
    if (!text && text.error().code == Errc::kConflict) return Owner::kSomebody;
    if (!text) return text.error();
    const auto result = parse_json_leniently(*text);
    const bool ours = result && result->is_object() && result->value("id", Json()) == job_.lease.job.str();
    return ours ? Owner::kUs : Owner::kSomebody;
  };
  auto owner = co_await engine_.parts().pool.run<Owner>(look);
  if (!owner) co_return owner.error();
  if (*owner != Owner::kSomebody) co_return *owner == Owner::kUs;
  auto left = co_await leave_place();
  if (!left) co_return left.error();
  co_return Error{Errc::kConflict, "engine.publish", "a foreign file stood at the result file's place"};
}

/// A poster is a nicety: one that cannot be had is a warning, never a failure.
asio::awaitable<void> JobRun::save_posters(bool ours) {
  posters_.assign(job_.films.size(), "");
  for (std::size_t i = 0; i < job_.films.size(); ++i) {
    const Film& film = job_.films[i];
    if (film.poster_url.empty()) continue;
    const fs::path path = film_path(film.number, ".jpg");
    const auto there = is_taken(path);
    const bool kept = ours && there && *there;
    const auto saved = kept ? Result<void>() : co_await save_poster(film);
    if (saved) {
      posters_[i] = path.filename().string();
    } else {
      warnings_.push_back(fmt::format("no poster for film {}: {}", film.number, saved.error().detail));
    }
  }
}

asio::awaitable<Result<void>> JobRun::save_poster(const Film& film) {
  const Engine::Parts& parts = engine_.parts();
  const leonardo::RenderedFilm* fresh = fresh_urls(film);
  auto image = co_await parts.cdn.fetch_poster(fresh != nullptr ? fresh->poster_url : film.poster_url);
  if (!image) co_return image.error();
  if (!image->starts_with(kJpegBegins)) {
    co_return Error{Errc::kPeerBroken, "engine.poster", "it is not a JPEG"};
  }
  const fs::path target = film_path(film.number, ".jpg");
  const fs::path part = part_path(film.number).replace_extension(".jpg.part");
  const auto mode = static_cast<mode_t>(engine_.options().results_mode);
  const std::function<Result<void>()> write = [&]() -> Result<void> {
    crash_point(crash::kPosterBefore);
    if (auto written = files::write_durably(part, *image, mode); !written) return written;
    auto moved = files::move_durably(part, target);
    crash_point(crash::kPosterAfter);
    if (moved || moved.error().code != Errc::kConflict) return moved;
    // Ours from a try that went no further, or somebody's.
    const auto ours = files::digest(part);
    const auto there = files::digest(target);
    if (auto removed = files::remove(part); !removed) return removed;
    if (ours && there && ours->sha256 == there->sha256) return Result<void>();
    return Error{Errc::kConflict, "engine.poster", "another file stands at its place"};
  };
  co_return co_await parts.pool.run<void>(write);
}

asio::awaitable<Result<void>> JobRun::write_result_file() {
  const Json result = result_file(job_, posters_, warnings_, engine_.parts().clock.now());
  const std::string text = result.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  const auto mode = static_cast<mode_t>(engine_.options().results_mode);
  const std::function<Result<void>()> write = [&] { return files::write_durably(result_path(), text, mode); };
  crash_point(crash::kResultFileBefore);
  auto written = co_await engine_.parts().pool.run<void>(write);
  crash_point(crash::kResultFileAfter);
  co_return written;
}

asio::awaitable<Result<void>> JobRun::publish_film(Film& film) {
  const Engine::Parts& parts = engine_.parts();
  const fs::path part = part_path(film.number);
  const fs::path target = film_path(film.number, ".mp4");
  // True: the film stands at its place. False: somebody else's file does.
  const std::function<Result<bool>()> rename = [&]() -> Result<bool> {
    const auto there = files::digest(target);
    if (there && there->sha256 == film.sha256) {
      // An earlier try renamed it and did not come to say so; whether it synced the folder nobody knows.
      if (auto removed = files::remove(part); !removed) return removed.error();
      if (auto synced = files::sync(target.parent_path()); !synced) return synced.error();
      return true;
    }
    crash_point(crash::kFilmBefore);
    auto moved = files::move_durably(part, target);
    crash_point(crash::kFilmAfter);
    if (moved) return true;
    if (moved.error().code == Errc::kConflict) return false;
    return moved.error();
  };
  auto stands = co_await parts.pool.run<bool>(rename);
  if (!stands) co_return stands.error();
  if (!*stands) {
    auto withdrawn = co_await withdraw();
    if (!withdrawn) co_return withdrawn;
    auto left = co_await leave_place();
    if (!left) co_return left;
    co_return Error{Errc::kConflict, "engine.publish", "a foreign file stood at the film's place"};
  }
  auto recorded = co_await insist([&] { return parts.store.record_published(job_.lease, film.number); });
  if (recorded) film.published = true;
  co_return recorded;
}

/// Takes back what was written for films that go elsewhere.
asio::awaitable<Result<void>> JobRun::withdraw() {
  const std::function<Result<void>()> remove_companions = [this]() -> Result<void> {
    for (std::size_t i = 0; i < posters_.size(); ++i) {
      if (posters_[i].empty() || job_.films[i].published) continue;
      if (auto removed = files::remove(film_path(job_.films[i].number, ".jpg")); !removed) return removed;
    }
    return files::remove(result_path());
  };
  co_return co_await engine_.parts().pool.run<void>(remove_companions);
}

}  // namespace reeld::engine
