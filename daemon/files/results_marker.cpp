#include "daemon/files/results_marker.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/util/user.hpp"
#include "daemon/files/durable.hpp"

namespace reeld::files {
namespace {

constexpr mode_t kMode = 0640;
constexpr std::string_view kText =
    "reeld stores films in this folder, and looks for this file before it does: where it is missing, a disk "
    "is\n"
    "not mounted. Leave it here.\n";

/// For a folder that is not there: whoever makes it is often another user than the one that must write there.
std::string how_to_make(const std::filesystem::path& folder) {
  struct stat found{};
  if (::stat(folder.c_str(), &found) == 0) return "";
  return fmt::format("install -d -o {} -g {} -m 750 {} && ", user_name(::geteuid()), ::getegid(),
                     folder.string());
}

}  // namespace

Result<bool> is_marked(const std::filesystem::path& folder) {
  const std::filesystem::path marker = folder / kResultsMarker;
  struct stat found{};
  if (::lstat(marker.c_str(), &found) == 0) return S_ISREG(found.st_mode);
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return errno_error("files.results_marker", errno, marker.string());
}

Result<void> mark_results(const std::filesystem::path& folder) {
  auto marked = is_marked(folder);
  if (!marked) return marked.error();
  if (*marked) return {};
  return write_durably(folder / kResultsMarker, kText, kMode);
}

std::string missing_marker_words(const std::filesystem::path& folder) {
  return fmt::format(
      "{0} lacks the file {1} that reeld has put there: its disk seems not to be mounted. Mount it. If the "
      "folder is meant to be a new one: {2}touch {0}/{1}",
      folder.string(), kResultsMarker, how_to_make(folder));
}

}  // namespace reeld::files
