#include "daemon/spool/places.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "common/util/json.hpp"
#include "daemon/files/descriptor.hpp"
#include "daemon/spool/names.hpp"

namespace reeld::spool {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "spool.place";
constexpr std::size_t kLongestHead = 1U << 16;

Result<bool> is_there(const fs::path& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) == 0) return true;
  if (errno == ENOENT) return false;
  return errno_error(kOperation, errno, path.native());
}

Result<bool> is_free(const Place& place) {
  for (const fs::path& path :
       {place.file(), place.receipt(), place.done(), place.error_json(), place.error_text()}) {
    auto there = is_there(path);
    if (!there) return there.error();
    if (*there) return false;
  }
  return true;
}

/// True when the first line of what reeld wrote at `path` names the id. Only that line is read: the rest of a
/// receipt may be very long, and all of them are written so that the line, closed, is JSON of its own.
Result<bool> names_id(const fs::path& path, std::string_view id) {
  auto file = files::open_descriptor(kOperation, path, O_RDONLY | O_NONBLOCK);
  if (!file && (file.error().code == Errc::kNotFound || file.error().code == Errc::kConflict)) return false;
  if (!file) return file.error();
  std::string head(kLongestHead, '\0');
  auto got = files::read_at(kOperation, *file, head.data(), head.size(), 0, path);
  if (!got) return got.error();
  head.resize(std::min(*got, head.find('\n')));
  const auto parsed = parse_json_leniently(head + "]}");
  if (!parsed || !parsed->is_object()) return false;
  const auto batch = parsed->find("batch");
  return batch != parsed->end() && batch->is_string() && batch->get_ref<const std::string&>() == id;
}

}  // namespace

Result<std::optional<Place>> find_place(const fs::path& folder, std::string_view name, std::string_view id) {
  for (const std::string& candidate : place_names(name, id)) {
    const Place place{folder, candidate};
    for (const fs::path& path : {place.receipt(), place.done(), place.error_json()}) {
      auto ours = names_id(path, id);
      if (!ours) return ours.error();
      if (*ours) return std::optional(place);
    }
  }
  return std::optional<Place>();
}

Result<Place> choose_place(const fs::path& folder, std::string_view name, std::string_view id) {
  auto known = find_place(folder, name, id);
  if (!known) return known.error();
  if (*known) return std::move(**known);
  for (const std::string& candidate : place_names(name, id)) {
    Place place{folder, candidate};
    auto free = is_free(place);
    if (!free) return free.error();
    if (*free) return place;
  }
  return Error{Errc::kConflict, kOperation,
               fmt::format("every name for {} is taken in {}", shown_name(name), folder.native())};
}

}  // namespace reeld::spool
