#include "daemon/hooks/hooks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "common/util/log.hpp"
#include "daemon/hooks/event_name.hpp"

namespace reeld::hooks {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kCommand = "command";
constexpr std::string_view kUrl = "url";
/// More than are started at once, so that a hook with many messages does not hide those of another.
constexpr int kDueAtOnce = 100;
/// Commits come in crowds: the history is read once for all of them.
constexpr Duration kGather = 100ms;
/// How often to look while something is under way: it counts as due, and hides when the next one will be.
constexpr Duration kSoon = 1s;
constexpr Duration kLongestIdle = 60s;
/// After trouble with the store.
constexpr Duration kPause = 5s;
constexpr Duration kForever = Duration::max();

void report(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    spdlog::critical("a bug ended a message to a hook: {}", error.what());
  }
}

void log_failure(std::string_view words, const store::Delivery& delivery, const Error& error,
                 std::optional<Time> next_try) {
  log_event(spdlog::level::warn, words,
            {{"hook", delivery.hook},
             {"event", event_name(delivery.event).value_or("")},
             {"id", delivery.event.id},
             {"job", delivery.event.job.str()},
             {"batch", delivery.event.batch.str()},
             {"error", describe(error)},
             {"tries", delivery.tries + 1},
             {"next_try", next_try ? Json(format_time(*next_try)) : Json()}});
}

}  // namespace

Hooks::Hooks(asio::any_io_executor executor, Parts parts, HookOptions options)
    : parts_(std::move(parts)), wakeup_(executor), deliveries_(executor, report) {
  set_options(std::move(options));
}

void Hooks::set_options(HookOptions options) {
  options_ = std::move(options);
  names_.clear();
  command_.reset();
  webhook_.reset();
  if (!options_.command.empty()) {
    command_ = std::make_shared<Command>(Command::Parts{parts_.pool, parts_.clock}, options_.command,
                                         options_.timeout);
    names_.emplace_back(kCommand);
  }
  if (!options_.url.empty()) {
    webhook_ = std::make_shared<Webhook>(Webhook::Parts{parts_.client, parts_.clock}, options_.url,
                                         options_.secret, options_.timeout);
    names_.emplace_back(kUrl);
  }
  wakeup_.poke();
}

asio::awaitable<void> Hooks::run() {
  std::exception_ptr ended;
  try {
    co_await tell_for_ever();
  } catch (...) {
    ended = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  deliveries_.cancel(asio::cancellation_type::terminal);
  co_await deliveries_.join(kForever);
  std::rethrow_exception(ended);
}

asio::awaitable<void> Hooks::tell_for_ever() {
  for (;;) {
    // What could not be noted as told is still due: it would be told again at once, and again.
    if (std::exchange(unrecorded_, false)) co_await parts_.clock.sleep_for(kPause);
    auto idle = co_await start_due();
    if (!idle) {
      spdlog::warn("hooks: the queue cannot be read, trying on: {}", describe(idle.error()));
      co_await parts_.clock.sleep_for(kPause);
      continue;
    }
    co_await wakeup_.wait_for(*idle);
    co_await parts_.clock.sleep_for(kGather);
  }
}

/// Starts what is due and has room. How long there is nothing more to do.
asio::awaitable<Result<Duration>> Hooks::start_due() {
  const std::vector<std::string> names = names_;
  auto collected = co_await parts_.store.collect_deliveries(names);
  if (!collected) co_return collected.error();
  // Each hook for itself: one that hangs must not fill the page that the other one waits for.
  for (const std::string& hook : names) {
    auto due = co_await parts_.store.due_deliveries(hook, kDueAtOnce);
    if (!due) co_return due.error();
    for (store::Delivery& delivery : *due) {
      const bool free = !under_way_.contains(delivery.id);
      if (free && (!is_wanted(delivery) || has_room(delivery.hook))) start(std::move(delivery));
    }
  }
  // Where there was something, there may be more.
  if (*collected > 0) co_return kGather;
  if (!under_way_.empty()) co_return kSoon;
  auto next = co_await parts_.store.next_delivery();
  if (!next) co_return next.error();
  if (!*next) co_return kLongestIdle;
  co_return std::clamp<Duration>(**next - parts_.clock.now(), kGather, kLongestIdle);
}

void Hooks::start(store::Delivery delivery) {
  under_way_.emplace(delivery.id, delivery.hook);
  deliveries_.spawn(deliver(std::move(delivery)));
}

bool Hooks::has_room(const std::string& hook) const {
  const auto busy =
      std::ranges::count_if(under_way_, [&](const auto& entry) { return entry.second == hook; });
  return busy < options_.at_once;
}

/// False for a hook that is no longer configured, too.
bool Hooks::is_wanted(const store::Delivery& delivery) const {
  if (std::ranges::find(names_, delivery.hook) == names_.end()) return false;
  const auto event = event_name(delivery.event);
  if (!event) return false;
  return options_.events.empty() || std::ranges::find(options_.events, *event) != options_.events.end();
}

asio::awaitable<void> Hooks::deliver(store::Delivery delivery) {
  auto settled = co_await settle(delivery);
  if (!settled && settled.error().code != Errc::kCancelled) {
    spdlog::warn("hooks: not noted as told, so it is told again: {}", describe(settled.error()));
    unrecorded_ = true;
  }
  under_way_.erase(delivery.id);
  wakeup_.poke();
}

/// Brings a delivery to its end or to its next try. kCancelled: neither, it stays due.
asio::awaitable<Result<void>> Hooks::settle(const store::Delivery& delivery) {
  if (!is_wanted(delivery)) co_return co_await parts_.store.finish_delivery(delivery.id, "");
  const Outcome outcome = co_await attempt(delivery);
  if (outcome.error && outcome.error->code == Errc::kCancelled) co_return *outcome.error;
  co_return co_await record(delivery, outcome);
}

/// Tells the hook; a bug counts as a failure, so that it is met ever more rarely.
asio::awaitable<Outcome> Hooks::attempt(const store::Delivery& delivery) {
  try {
    co_return co_await tell(delivery);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    co_return Error{Errc::kInternal, "hooks.deliver", error.what()};
  } catch (const std::exception& error) {
    co_return Error{Errc::kInternal, "hooks.deliver", error.what()};
  }
}

asio::awaitable<Outcome> Hooks::tell(const store::Delivery& delivery) {
  // Others may take their places meanwhile.
  const auto command = command_;
  const auto webhook = webhook_;
  const Json about = co_await parts_.describe(delivery.event);
  const Message message = make_message(delivery.event, event_name(delivery.event).value_or(""), about);
  if (delivery.hook == kUrl) co_return co_await webhook->post(message);
  auto ended = co_await command->run(message);
  co_return ended ? Outcome() : Outcome(ended.error());
}

asio::awaitable<Result<void>> Hooks::record(const store::Delivery& delivery, const Outcome& outcome) {
  if (!outcome.error) {
    spdlog::debug("hooks: told hook={} id={} job={}", delivery.hook, delivery.event.id,
                  delivery.event.job.str());
    co_return co_await parts_.store.finish_delivery(delivery.id, "");
  }
  const Time now = parts_.clock.now();
  const std::string words = outcome.error->detail;
  if (outcome.gone || now - delivery.created_at >= options_.keep_trying) {
    log_failure("a hook was not told, and will not be", delivery, *outcome.error, std::nullopt);
    co_return co_await parts_.store.finish_delivery(delivery.id, "given up: " + words);
  }
  const Duration backoff = backoff_delay(options_.backoff, delivery.tries + 1, parts_.random.unit());
  const Time due = now + std::max(backoff, outcome.retry_after.value_or(Duration(0)));
  log_failure("a hook was not told, trying again", delivery, *outcome.error, due);
  co_return co_await parts_.store.put_off_delivery(delivery.id, due, words);
}

}  // namespace reeld::hooks
