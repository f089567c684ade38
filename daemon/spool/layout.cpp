#include "daemon/spool/layout.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "daemon/files/durable.hpp"

namespace reeld::spool {

namespace {

constexpr std::string_view kOperation = "spool.prepare";
constexpr mode_t kIncomingMode = 02770;  // setgid: dropped files belong to the spool's group

Result<dev_t> device_of(const std::filesystem::path& folder) {
  struct stat found{};
  if (::stat(folder.c_str(), &found) != 0) return errno_error(kOperation, errno, folder.native());
  return found.st_dev;
}

}  // namespace

Result<void> make_incoming(const Layout& layout) {
  auto made = files::make_directories(layout.incoming(), kIncomingMode);
  if (made || made.error().code != Errc::kIo) return made;
  Error error = made.error();
  error.detail +=
      fmt::format("; a service may have to find it there: as root, install -d -m 2770 -o reeld -g reeld {}",
                  layout.incoming().native());
  return error;
}

Result<void> make_folders(const Layout& layout) {
  if (auto made = files::make_directories(layout.dir(), kFolderMode); !made) return made;
  if (auto made = make_incoming(layout); !made) return made;
  auto device = device_of(layout.incoming());
  if (!device) return device.error();
  const std::array others{layout.claimed(), layout.accepted(), layout.rejected()};
  for (const auto& folder : others) {
    if (auto made = files::make_directories(folder, kFolderMode); !made) return made;
    auto its_device = device_of(folder);
    if (!its_device) return its_device.error();
    if (*its_device != *device) {
      return Error{
          Errc::kBadInput, kOperation,
          fmt::format("{} and {} are on different filesystems; the folders of a spool must share one",
                      layout.incoming().native(), folder.native())};
    }
  }
  return {};
}

}  // namespace reeld::spool
