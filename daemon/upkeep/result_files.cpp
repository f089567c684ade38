#include "daemon/upkeep/result_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>

#include "common/util/json.hpp"
#include "daemon/files/durable.hpp"

namespace reeld::upkeep {

namespace fs = std::filesystem;
using store::PlacedFilm;

namespace {

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
    for (const PlacedFilm& film : files_.films) {
      if (auto removed = remove_film(film); !removed) return removed.error();
    }
    if (removal_.kept.empty()) {
      if (auto removed = remove_companions(); !removed) return removed.error();
    }
    remove_empty_folders();
    return std::move(removal_);
  }

 private:
  Result<void> remove_film(const PlacedFilm& film) {
    // Only this generation's download has these names.
    const fs::path folder = (results_ / files_.output_path).parent_path();
    for (const char* ending : {"part", "jpg.part"}) {
      const std::string name = fmt::format(".{}-{}.{}", film.generation.str(), film.number, ending);
      if (auto removed = files::remove(folder / name); !removed) return removed;
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
    const Json content = read(result);
    if (!content.is_object() || content.value("id", Json()) != files_.job.str())
      return keep(files_.output_path + ".json");
    for (const PlacedFilm& film : files_.films) {
      if (film.path.empty()) continue;
      const fs::path poster = fs::path(film.path).replace_extension(".jpg");
      if (!names_poster(content, poster.filename().string())) continue;
      if (auto removed = remove_poster(poster, (*there)->st_mtim.tv_sec); !removed) return removed;
    }
    return remove(result, static_cast<std::uintmax_t>((*there)->st_size));
  }

  Result<void> remove_poster(const fs::path& poster, std::time_t result_written) {
    const auto there = look(results_ / poster);
    if (!there) return there.error();
    if (!*there) return {};
    const bool ours = S_ISREG((*there)->st_mode) && (*there)->st_mtim.tv_sec <= result_written;
    return ours ? remove(results_ / poster, static_cast<std::uintmax_t>((*there)->st_size))
                : keep(poster.string());
  }

  static Json read(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    auto content = parse_json_leniently(text.str());
    return content ? std::move(*content) : Json();
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

  /// Best effort: a folder in which something stands, or that somebody has just made again, stays.
  void remove_empty_folders() const {
    fs::path folder = fs::path(files_.output_path).parent_path();
    while (!folder.empty() && ::rmdir((results_ / folder).c_str()) == 0) folder = folder.parent_path();
  }

  const fs::path& results_;
  const store::ReleasedFiles& files_;
  Removal removal_;
};

}  // namespace

Result<Removal> remove_result_files(const fs::path& results, const store::ReleasedFiles& files) {
  return Remover(results, files).run();
}

}  // namespace reeld::upkeep
