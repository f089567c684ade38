#include "daemon/engine/job_run.hpp"

#include <fmt/format.h>

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;

JobRun::JobRun(Engine& engine, asio::any_io_executor executor, store::ClaimedJob job)
    : engine_(engine),
      job_(std::move(job)),
      wakeup_(executor),
      taken_up_(job_.state != JobState::kSubmitting),
      started_(engine.parts().clock.elapsed()) {
  counts_as_generation_ = job_.state != JobState::kDownloading;
  if (counts_as_generation_) engine_.governor().generation_begins();
}

JobRun::~JobRun() {
  end_generation();
}

asio::awaitable<void> JobRun::run() {
  if (job_.state == JobState::kSubmitting) {
    log(spdlog::level::info, "claimed", {{"from", "queued"}, {"to", "submitting"}});
    if (co_await submit() == Next::kEnd) co_return;
  }
  if (job_.state == JobState::kGenerating) {
    if (co_await wait_for_render() == Next::kEnd) co_return;
  }
  if (job_.state == JobState::kDownloading) {
    end_generation();
    co_await download();
  }
}

asio::awaitable<bool> JobRun::pause(Duration limit) {
  if (must_end()) co_return false;
  co_await wakeup_.wait_for(limit);
  co_return !must_end();
}

asio::awaitable<bool> JobRun::wait_to_ask() {
  Clock& clock = engine_.parts().clock;
  for (;;) {
    const Duration wait = engine_.governor().request_wait(clock.elapsed());
    if (wait == 0ms) break;
    if (!co_await pause(wait)) co_return false;
  }
  engine_.governor().note_request(clock.elapsed());
  co_return true;
}

asio::awaitable<bool> JobRun::move(store::Move move) {
  store::JobStore& store = engine_.parts().store;
  const auto moved = co_await insist([&] { return store.move(job_.lease, move); });
  if (!moved) {
    const bool bug = moved.error().code != Errc::kLeaseLost;
    log(bug ? spdlog::level::err : spdlog::level::info, "the job stays as it is in the queue",
        {{"error", describe(moved.error())}});
    co_return false;
  }
  const Time now = engine_.parts().clock.now();
  const auto level = move.to == JobState::kFailed || move.to == JobState::kUnknown ? spdlog::level::warn
                                                                                   : spdlog::level::info;
  log(level, move.event,
      {{"from", to_string(move.from)},
       {"to", to_string(move.to)},
       {"after", humanize(now - job_.state_since)},
       {"error", move.error},
       {"error_class", move.error_class}});
  job_.state = move.to;
  job_.state_since = now;
  co_return true;
}

asio::awaitable<void> JobRun::note(std::string text, Json detail) {
  store::JobStore& store = engine_.parts().store;
  const auto noted = co_await insist([&] { return store.note(job_.lease.job, text, detail); });
  if (!noted) log(spdlog::level::err, "a line of the history is lost", {{"error", describe(noted.error())}});
}

void JobRun::log(spdlog::level::level_enum level, std::string_view words, Json fields) const {
  fields["job"] = job_.lease.job.str();
  fields["name"] = job_.name;
  fields["generation"] = job_.generation.str();
  log_event(level, words, fields);
}

void JobRun::end_generation() {
  if (!counts_as_generation_) return;
  counts_as_generation_ = false;
  engine_.governor().generation_ends();
  engine_.poke();
}

}  // namespace reeld::engine
