// What keeps downloads from beginning: too little room on the disk of the results, or a server that fails all
// the time. Nothing new is sent long before the disk is full, so that what is paid for finds its place.
#include <fmt/format.h>

#include "common/util/log.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/files/results_marker.hpp"

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
    if (options_.rules.min_free_bytes > 0 || disk_room_ != DiskRoom::kEnough) {
      auto free = co_await parts_.pool.run<std::uintmax_t>(look);
      if (!free) spdlog::warn("the room on the disk of the results is not known: {}", describe(free.error()));
      if (free) {
        const DiskRoom room = disk_room(*free, options_.rules.min_free_bytes, disk_room_);
        if (room != disk_room_) co_await disk_changed(room, *free);
      }
    }
    co_await disk_wakeup_.wait_for(kLookEvery);
  }
}

asio::awaitable<void> Engine::disk_changed(DiskRoom room, std::uintmax_t free) {
  disk_room_ = room;
  if (room == DiskRoom::kEnough) {
    disk_low_.clear();
    spdlog::info("the disk of the results has room again: {}", in_mib(free));
    work_.poke();
    co_await announce(store::EventKind::kDiskOk, "the disk of the results has room again: " + in_mib(free),
                      Json{{"free_bytes", free}});
    co_return;
  }
  disk_low_ = fmt::format(
      "the disk of {} is nearly full: {} are free, {} must stay so (results.min_free_mib); nothing new is "
      "sent{}",
      options_.results.string(), in_mib(free), in_mib(options_.rules.min_free_bytes),
      room == DiskRoom::kNone ? ", and finished films wait with the service" : "");
  spdlog::warn("{}", disk_low_);
  co_await announce(store::EventKind::kDiskLow, disk_low_, Json{{"free_bytes", free}});
}

Result<void> Engine::look_for_results() const {
  if (!options_.results_are_marked) return {};
  auto marked = files::is_marked(options_.results);
  if (!marked) return Error{Errc::kUnavailable, "engine.results", marked.error().detail};
  if (*marked) return {};
  return Error{Errc::kUnavailable, "engine.results", files::missing_marker_words(options_.results)};
}

asio::awaitable<void> Engine::watch_results() {
  const std::function<Result<void>()> look = [this] { return look_for_results(); };
  while (!stopping_) {
    const auto there = co_await parts_.pool.run<void>(look);
    const bool was_gone = !results_gone_.empty();
    results_gone_ = there ? "" : there.error().detail;
    if (!there && !was_gone) {
      spdlog::warn("nothing is sent or downloaded: {}", results_gone_);
      co_await announce(store::EventKind::kDiskLow, results_gone_, Json::object());
    } else if (there && was_gone) {
      spdlog::info("the disk of the results is there again");
      work_.poke();
      co_await announce(store::EventKind::kDiskOk, "the disk of the results is there again", Json::object());
    }
    co_await results_wakeup_.wait_for(kLookEvery);
  }
}

bool Engine::may_download() {
  return results_gone_.empty() && disk_room_ != DiskRoom::kNone &&
         download_breaker_.try_begin(parts_.clock.elapsed());
}

std::string Engine::downloads_paused() const {
  if (!results_gone_.empty()) return results_gone_;
  if (disk_room_ == DiskRoom::kNone) return disk_low_;
  const Duration now = parts_.clock.elapsed();
  if (download_breaker_.state(now) == Breaker::State::kClosed) return {};
  return fmt::format("the films' server keeps failing ({}); one download tries it {}",
                     download_breaker_.reason(),
                     download_breaker_.state(now) == Breaker::State::kHalfOpen
                         ? "now"
                         : "in " + humanize(download_breaker_.wait(now)));
}

Duration Engine::downloads_pause() const {
  if (!results_gone_.empty() || disk_room_ == DiskRoom::kNone) return kLookEvery;
  return download_breaker_.wait(parts_.clock.elapsed());
}

}  // namespace reeld::engine
