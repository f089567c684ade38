#include "daemon/app/service_manager.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>

#include "common/job/text.hpp"

namespace reeld::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace {

constexpr Duration kLookForRecovery = 50ms;
constexpr Duration kStatusEvery = 5s;
constexpr std::size_t kLongestStatus = 500;

/// How long the watchdog waits for a sign of life; nothing where there is none.
std::optional<Duration> watchdog_time() {
  std::uint64_t time = 0;
  if (::sd_watchdog_enabled(0, &time) <= 0) return std::nullopt;
  return std::chrono::duration_cast<Duration>(microseconds(time));
}

/// False: nobody listens.
bool notify(const std::string& state) {
  const int sent = ::sd_notify(0, state.c_str());
  if (sent < 0) spdlog::warn("systemd could not be told {:?}: {}", state, std::strerror(-sent));
  return sent != 0;
}

/// A line: what comes from elsewhere must not pass for a message of the daemon's own.
std::string as_status(std::string_view words) {
  return fmt::format("STATUS={}", printable(words, kLongestStatus));
}

}  // namespace

ServiceManager::ServiceManager(Clock& clock, Questions questions)
    : clock_(clock), questions_(std::move(questions)) {}

asio::awaitable<void> ServiceManager::run() {
  if (!notify(as_status("taking up what was in flight"))) co_return;
  while (!questions_.recovered()) co_await clock_.sleep_for(kLookForRecovery);
  ready_ = true;
  notify("READY=1");
  std::string told;
  for (;;) {
    std::string status = as_status(co_await questions_.status());
    if (status != told) notify(status);
    told = std::move(status);
    co_await clock_.sleep_for(kStatusEvery);
  }
}

asio::awaitable<void> ServiceManager::feed_watchdog() {
  const std::optional<Duration> watchdog = watchdog_time();
  if (!watchdog) co_return;
  const Duration pause = std::max<Duration>(*watchdog / 2, 1ms);
  for (;;) {
    co_await questions_.touch_store();
    notify("WATCHDOG=1");
    co_await clock_.sleep_for(pause);
  }
}

void ServiceManager::starting(const std::string& words) {
  notify(as_status(words));
}

void ServiceManager::reloading() {
  notify("RELOADING=1");
}

void ServiceManager::reloaded() {
  // A reload before the first READY must not stand for it.
  if (ready_) notify("READY=1");
}

void ServiceManager::stopping(Duration at_most) {
  notify(fmt::format("STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC={}", microseconds(at_most).count()));
}

}  // namespace reeld::app
