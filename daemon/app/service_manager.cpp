#include "daemon/app/service_manager.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>

namespace reeld::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace {

constexpr Duration kLookForRecovery = 50ms;
constexpr Duration kStatusEvery = 10s;

/// How long the watchdog waits for a sign of life; nothing where there is none.
std::optional<Duration> watchdog_time() {
  std::uint64_t time = 0;
  if (::sd_watchdog_enabled(0, &time) <= 0) return std::nullopt;
  return std::chrono::duration_cast<Duration>(microseconds(time));
}

/// True when somebody listens.
bool notify(const std::string& state) {
  const int sent = ::sd_notify(0, state.c_str());
  if (sent < 0) spdlog::warn("systemd could not be told {:?}: {}", state, std::strerror(-sent));
  return sent > 0;
}

}  // namespace

ServiceManager::ServiceManager(Clock& clock, Questions questions)
    : clock_(clock), questions_(std::move(questions)) {}

asio::awaitable<void> ServiceManager::run() {
  while (!questions_.recovered()) co_await clock_.sleep_for(kLookForRecovery);
  ready_ = true;
  if (!notify("READY=1")) co_return;
  const std::optional<Duration> watchdog = watchdog_time();
  const Duration pause = watchdog ? std::clamp<Duration>(*watchdog / 2, 1ms, kStatusEvery) : kStatusEvery;
  std::string told;
  for (;;) {
    co_await questions_.touch_store();
    if (watchdog) notify("WATCHDOG=1");
    std::string status = co_await questions_.status();
    if (status != told) notify("STATUS=" + status);
    told = std::move(status);
    co_await clock_.sleep_for(pause);
  }
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
