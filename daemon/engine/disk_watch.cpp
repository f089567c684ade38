// Nothing new is begun while the disk of the results is nearly full: what is paid for must find its place.
#include <fmt/format.h>

#include "common/util/log.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/files/durable.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr Duration kLookEvery = 10s;

std::string in_mib(std::uintmax_t bytes) {
  return fmt::format("{} MiB", bytes >> 20);
}

}  // namespace

asio::awaitable<void> Engine::watch_disk() {
  const std::function<Result<std::uintmax_t>()> look = [this] { return files::free_bytes(options_.results); };
  while (!stopping_) {
    auto free = co_await parts_.pool.run<std::uintmax_t>(look);
    if (!free) spdlog::warn("the room on the disk of the results is not known: {}", describe(free.error()));
    // It takes a tenth more to go on than to stop, so that the edge is not crossed all the time.
    const std::uint64_t least = options_.min_free_bytes + (disk_low() ? options_.min_free_bytes / 10 : 0);
    if (free && (*free < least) != disk_low()) co_await disk_changed(*free);
    co_await disk_wakeup_.wait_for(kLookEvery);
  }
}

asio::awaitable<void> Engine::disk_changed(std::uintmax_t free) {
  if (disk_low()) {
    disk_low_.clear();
    spdlog::info("the disk of the results has room again: {}", in_mib(free));
    work_.poke();
    co_await announce(store::EventKind::kDiskOk, "the disk of the results has room again: " + in_mib(free),
                      Json{{"free_bytes", free}});
    co_return;
  }
  disk_low_ =
      fmt::format("the disk of {} is nearly full: {} are free, {} must stay so (results.min_free_mib)",
                  options_.results.string(), in_mib(free), in_mib(options_.min_free_bytes));
  spdlog::warn("{}", disk_low_);
  co_await announce(store::EventKind::kDiskLow, disk_low_, Json{{"free_bytes", free}});
}

}  // namespace reeld::engine
