#include "daemon/spool/frame_sweep.hpp"

#include <functional>
#include <string>
#include <vector>

#include "daemon/files/durable.hpp"

namespace reeld::spool {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

Result<Names> list(const fs::path& folder) {
  Names names;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    names.push_back(entry->path().filename().native());
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    return errno_error("spool.sweep_frames", failed.value(), folder.native());
  }
  return names;
}

Result<int> remove_all(const fs::path& folder, const Names& names) {
  for (const std::string& name : names) {
    if (auto removed = files::remove(folder / name); !removed) return removed.error();
  }
  return static_cast<int>(names.size());
}

}  // namespace

asio::awaitable<Result<int>> sweep_frames(fs::path copies, store::FrameStore& store, files::Pool& pool) {
  const std::function<Result<Names>()> look = [&copies] { return list(copies); };
  auto names = co_await pool.run(look);
  if (!names) co_return names.error();
  auto unneeded = co_await store.unneeded_frames(std::move(*names));
  if (!unneeded) co_return unneeded.error();
  const std::function<Result<int>()> clear = [&] { return remove_all(copies, *unneeded); };
  co_return co_await pool.run(clear);
}

}  // namespace reeld::spool
