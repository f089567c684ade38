#include "daemon/upkeep/result_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "common/util/json.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/files/small_file.hpp"

namespace reeld::upkeep {

namespace fs = std::filesystem;
using store::PlacedFilm;

namespace {

using namespace std::chrono_literals;

/// A result file of reeld's never is so large.
constexpr std::uint64_t kMostOfResultFile = 1U << 20;
/// By how much the clock of a file server may be ahead of ours.
constexpr Duration kOtherClock = 1min;

/// What stands at `path`; nothing where there is nothing.
Result<std::optional<struct stat>> look(const fs::path& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) == 0) return std::optional(found);
  if (errno == ENOENT || errno == ENOTDIR) return std::optional<struct stat>();
  return errno_error("upkeep.remove", errno, path.string());
}

/// The work on one job's files.
class Remover {
 public:
  Remover(const fs::path& results, const store::ReleasedFiles& files) : results_(results), files_(files) {}

  Result<Removal> run() {
    if (auto there = check_folders(); !there) return there.error();
    for (const PlacedFilm& film : files_.films) {
      if (auto removed = remove_film(film); !removed) return removed.error();
    }
    if (removal_.kept.empty() && has_films()) {
      if (auto removed = remove_companions(); !removed) return removed.error();
    }
    std::error_code failed;
    removal_.folder_is_empty = fs::is_empty(folder(), failed) && !failed;
    return std::move(removal_);
  }

 private:
  fs::path folder() const { return (results_ / files_.output_path).parent_path(); }

  /// False: there may be pieces of downloads, and no more.
  bool has_films() const {
    return std::ranges::any_of(files_.films, [](const PlacedFilm& film) { return !film.path.empty(); });
  }

  /// A film that is not there was removed by somebody. One whose folder is not there either may be on a disk
  /// that is not mounted.
  Result<void> check_folders() const {
    for (const fs::path& needed : {results_, has_films() ? folder() : results_}) {
      const auto there = look(needed);
      if (!there) return there.error();
      if (*there) continue;
      return Error{
          Errc::kNotFound, "upkeep.remove",
          fmt::format("{} is not there: is its disk mounted, and is results.dir right? If you removed "
                      "it yourself, make it again, empty",
                      needed.string())};
    }
    return {};
  }

  Result<void> remove_film(const PlacedFilm& film) {
    // Only this generation's download has these names.
    for (const char* ending : {"part", "jpg.part"}) {
      const std::string name = fmt::format(".{}-{}.{}", film.generation.str(), film.number, ending);
      if (auto removed = files::remove(folder() / name); !removed) return removed;
    }
    if (film.path.empty()) return {};
    const fs::path path = results_ / film.path;
    const auto there = look(path);
    if (!there) return there.error();
    if (!*there) return {};
    if (!S_ISREG((*there)->st_mode) || static_cast<std::uint64_t>((*there)->st_size) != film.size)
      return keep(film.path);
    const auto digest = files::digest(path);
    if (!digest) return digest.error();
    return digest->sha256 == film.sha256 ? remove(path, film.size) : keep(film.path);
  }

  /// The result file goes last: it is what says that the posters are ours.
  Result<void> remove_companions() {
    const fs::path result = results_ / (files_.output_path + ".json");
    const auto there = look(result);
    if (!there) return there.error();
    if (!*there) return {};
    const auto content = read_own(result);
    if (!content) return content.error();
    if (!content->is_object() || is_younger(**there)) return keep(files_.output_path + ".json");
    for (const PlacedFilm& film : files_.films) {
      if (film.path.empty()) continue;
      const fs::path poster = fs::path(film.path).replace_extension(".jpg");
      if (!names_poster(*content, poster.filename().string())) continue;
      if (auto removed = remove_poster(poster); !removed) return removed;
    }
    return remove(result, static_cast<std::uintmax_t>((*there)->st_size));
  }

  Result<void> remove_poster(const fs::path& poster) {
    const auto there = look(results_ / poster);
    if (!there) return there.error();
    if (!*there) return {};
    const bool ours = S_ISREG((*there)->st_mode) && !is_younger(**there);
    return ours ? remove(results_ / poster, static_cast<std::uintmax_t>((*there)->st_size))
                : keep(poster.string());
  }

  /// True for what was written after the job's end: by somebody else.
  bool is_younger(const struct stat& file) const {
    return Time(std::chrono::seconds(file.st_mtim.tv_sec)) > files_.ended + kOtherClock;
  }

  /// The job's result file; null where it is not that.
  Result<Json> read_own(const fs::path& path) const {
    const auto text = files::read_small_file(path, kMostOfResultFile);
    if (!text && text.error().code == Errc::kConflict) return Json();
    if (!text) return text.error();
    auto content = parse_json_leniently(*text);
    const bool ours = content && content->is_object() && content->value("id", Json()) == files_.job.str();
    return ours ? std::move(*content) : Json();
  }

  static bool names_poster(const Json& content, const std::string& name) {
    const auto films = content.find("films");
    if (films == content.end() || !films->is_array()) return false;
    return std::ranges::any_of(
        *films, [&](const Json& film) { return film.is_object() && film.value("poster", Json()) == name; });
  }

  Result<void> keep(std::string path) {
    removal_.kept.push_back(std::move(path));
    return {};
  }

  Result<void> remove(const fs::path& path, std::uintmax_t size) {
    if (auto removed = files::remove(path); !removed) return removed;
    if (auto synced = files::sync(path.parent_path()); !synced) return synced;
    ++removal_.files;
    removal_.bytes += size;
    return {};
  }

  const fs::path& results_;
  const store::ReleasedFiles& files_;
  Removal removal_;
};

}  // namespace

Result<Removal> remove_result_files(const fs::path& results, const store::ReleasedFiles& files) {
  return Remover(results, files).run();
}

void remove_empty_folders(const fs::path& results, const std::string& output_path) {
  fs::path folder = fs::path(output_path).parent_path();
  while (!folder.empty() && ::rmdir((results / folder).c_str()) == 0) folder = folder.parent_path();
}

}  // namespace reeld::upkeep
