#include "daemon/spool/rounds.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "daemon/spool/claims.hpp"
#include "daemon/spool/frame_sweep.hpp"
#include "daemon/spool/names.hpp"

namespace reeld::spool {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kMostInOneScan = 10'000;
constexpr Duration kWriterPause{500};  // until a file that somebody still has open is looked at again

/// What failed when the trouble is not one file's. No file has this name.
const std::string kEverything;

/// True when the trouble is not one file's: trying the next one would only fail too.
bool concerns_all(Errc code) {
  return code == Errc::kUnavailable || code == Errc::kNoSpace;
}

}  // namespace

Rounds::Rounds(asio::any_io_executor executor, const IntakeParts& parts, const IntakeOptions& options,
               const Layout& layout, const std::function<void()>& on_accepted)
    : parts_(parts),
      options_(options),
      layout_(layout),
      taking_(parts, options, layout, on_accepted),
      watcher_(std::move(executor), options.watch),
      settling_(options.settle) {}

asio::awaitable<void> Rounds::run() {
  for (;;) {
    const Duration started = parts_.clock.elapsed();
    if (watcher_.is_lost()) co_await watch();
    if (sweep_at_ <= started) co_await sweep();
    Duration again = options_.rescan;
    if (retries_.may_try(kEverything, started) && co_await finish_claims()) again = co_await take_incoming();
    const Duration pause = retries_.end_round(started, parts_.clock.elapsed(), again);
    co_await watcher_.wait(pause);
  }
}

/// Watches incoming/, which is made anew where somebody removed it.
asio::awaitable<void> Rounds::watch() {
  std::function<Result<void>()> make = [this] { return make_incoming(layout_); };
  auto made = co_await parts_.pool.run(std::move(make));
  if (!made) failed("incoming", made.error());
  if (!made) co_return;
  auto opened = co_await watcher_.open(parts_.pool, layout_.incoming());
  if (!opened) failed("incoming", opened.error());
}

/// Removes pictures that no job needs. Between two files, when none is copied whose job is still to come.
asio::awaitable<void> Rounds::sweep() {
  sweep_at_ = parts_.clock.elapsed() + options_.sweep;
  auto swept = co_await sweep_frames(options_.copies, parts_.frames, parts_.pool);
  if (!swept) spdlog::warn("pictures that no job needs stay for now: {}", describe(swept.error()));
}

/// Works on what is claimed and not finished. False: intake as a whole has to wait.
asio::awaitable<bool> Rounds::finish_claims() {
  std::function<Result<std::vector<BatchId>>()> list = [this] { return list_claims(layout_); };
  auto claims = co_await parts_.pool.run(std::move(list));
  if (!claims) co_return !failed("claimed", claims.error());
  for (BatchId& batch : *claims) {
    const std::string what = batch.str();
    if (!retries_.may_try(what, parts_.clock.elapsed())) continue;
    auto finished = co_await guarded(taking_.finish(std::move(batch)));
    if (finished) retries_.succeeded(what);
    if (!finished && failed(what, finished.error())) co_return false;
    if (finished) retries_.succeeded(kEverything);
  }
  co_return true;
}

/// Takes what is ready in incoming/. How long until the next look is due.
asio::awaitable<Duration> Rounds::take_incoming() {
  std::function<Result<Scan>()> look = [this] { return scan_folder(layout_.incoming(), kMostInOneScan); };
  auto scan = co_await parts_.pool.run(std::move(look));
  if (!scan) {
    // Somebody may have removed the folder: the next round makes it anew.
    watcher_.lose();
    failed("incoming", scan.error());
    co_return options_.rescan;
  }
  retries_.succeeded("incoming");
  settling_.keep_only(scan->arrivals);
  std::set<std::string> names;
  for (const Arrival& arrival : scan->arrivals) names.insert(arrival.name);
  std::erase_if(folders_, [&names](const std::string& name) { return !names.contains(name); });

  Duration again = options_.rescan;
  bool any_taken = false;
  for (const Arrival& arrival : scan->arrivals) {
    const Step step = co_await look_at(arrival);
    if (step.stop) break;
    if (step.again > Duration(0)) again = std::min(again, step.again);
    if (step.again == Duration(0)) names.erase(arrival.name);
    any_taken = any_taken || step.again == Duration(0);
  }
  if (!scan->is_cut) watcher_.keep_renames(names);
  if (scan->is_cut && any_taken) again = Duration(0);
  co_return again;
}

/// Takes one file, if it is time. Step::again is zero when it was taken.
asio::awaitable<Rounds::Step> Rounds::look_at(Arrival arrival) {
  const Duration rescan = options_.rescan;
  if (arrival.is_folder) {
    if (folders_.insert(arrival.name).second) {
      spdlog::warn("spool: left alone folder={}", shown_name(arrival.name));
    }
    co_return Step{false, rescan};
  }
  const Duration now = parts_.clock.elapsed();
  if (!retries_.may_try(arrival.name, now)) co_return Step{false, rescan};
  if (arrival.is_regular && !watcher_.came_by_rename(arrival.name)) {
    const Duration rest = settling_.observe(arrival, now);
    if (rest > Duration(0)) co_return Step{false, rest};
    if (co_await has_writer(arrival)) co_return Step{false, kWriterPause};
  }
  co_return Step{!co_await take(arrival), Duration(0)};
}

asio::awaitable<bool> Rounds::has_writer(const Arrival& arrival) {
  std::function<Result<Writer>()> look = [path = layout_.incoming() / arrival.name] {
    return Result<Writer>(find_writer(path));
  };
  auto writer = co_await parts_.pool.run(std::move(look));
  co_return writer && *writer == Writer::kPresent;
}

/// Claims a file and brings it to its end. False: intake as a whole has to wait.
asio::awaitable<bool> Rounds::take(Arrival arrival) {
  const BatchId batch(parts_.uuids.next());
  std::function<Result<void>()> claim = [this, name = arrival.name, batch] {
    return take_file(layout_, name, batch, parts_.store.queue_id());
  };
  auto claimed = co_await parts_.pool.run(std::move(claim));
  if (!claimed && claimed.error().code == Errc::kNotFound) co_return true;
  if (!claimed) co_return !failed(arrival.name, claimed.error());
  retries_.succeeded(arrival.name);
  auto taken = co_await guarded(taking_.take_in(batch, arrival.name));
  if (taken) retries_.succeeded(kEverything);
  co_return taken || !failed(batch.str(), taken.error());
}

/// Turns what `task` throws into an error: one file that trips over a bug must not end the intake of others.
asio::awaitable<Result<void>> Rounds::guarded(asio::awaitable<Result<void>> task) {
  try {
    co_return co_await std::move(task);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    co_return Error{Errc::kInternal, "spool.take", error.what()};
  } catch (const std::exception& error) {
    co_return Error{Errc::kInternal, "spool.take", error.what()};
  }
}

/// Tells of trouble and puts off the next try. True when the trouble concerns every file.
bool Rounds::failed(const std::string& what, const Error& error) {
  spdlog::warn("spool: will try again what={} error={}", shown_name(what), shown_name(describe(error)));
  const bool stop = concerns_all(error.code);
  retries_.failed(stop ? kEverything : what, parts_.clock.elapsed());
  return stop;
}

}  // namespace reeld::spool
