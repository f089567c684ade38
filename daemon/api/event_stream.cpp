#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/job/text.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/event_feed.hpp"
#include "daemon/api/handlers.hpp"

namespace reeld::api {

using http::server::Response;
using store::EventLine;
using store::Reader;

namespace {

constexpr int kPage = 1000;
constexpr Duration kHeartbeat{15'000};

/// The id behind which the consumer wants to go on; nothing where it begins anew. 400.
Outcome<std::optional<std::int64_t>> read_position(const Call& call) {
  std::string text(call.head().header("Last-Event-ID"));
  if (text.empty()) text = call.query("after").value_or("");
  if (text.empty()) return std::optional<std::int64_t>();
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 0) {
    return bad_input(fmt::format("{} is no event's id", in_quotes(text)));
  }
  return std::optional(id);
}

Task<std::int64_t> newest_event(Context& context) {
  std::function<Result<store::Stats>(Reader&)> look = [](Reader& reader) { return reader.stats(); };
  auto stats = co_await context.parts.reading.run(std::move(look));
  if (!stats) co_return stats.error();
  co_return stats->last_event;
}

/// How the stream begins: what is sent first, and behind which event it goes on.
struct Beginning {
  std::string text = "retry: 2000\n\n";
  std::int64_t position = 0;
};

Task<Beginning> choose_beginning(Context& context, std::optional<std::int64_t> resume) {
  Beginning beginning;
  beginning.position = context.feed.last();
  if (resume && *resume > beginning.position) {
    // What is followed live may be a moment behind what the store holds.
    auto newest = co_await newest_event(context);
    if (!newest) co_return newest.error();
    if (*resume > *newest) {
      beginning.text += "event: reset\ndata: {}\n\n";
      resume.reset();
    }
  }
  if (resume) {
    beginning.position = *resume;
  } else {
    beginning.text +=
        fmt::format("id: {0}\nevent: hello\ndata: {{\"last_event\":{0}}}\n\n", beginning.position);
  }
  co_return beginning;
}

/// Sends a page of the history to one who is behind what the feed has at hand; the position afterwards. No
/// further than the feed itself, so that the stream meets its pieces.
Task<std::int64_t> catch_up(Context& context, Call& call, std::int64_t position) {
  std::function<Result<std::vector<EventLine>>(Reader&)> look = [position](Reader& reader) {
    return reader.events(position, kPage);
  };
  const std::int64_t most = context.feed.last();
  auto events = co_await context.parts.reading.run(std::move(look));
  if (!events) co_return events.error();
  std::erase_if(*events, [most](const EventLine& event) { return event.id > most; });
  // Lines that are gone from the history are skipped.
  if (events->empty()) co_return most;
  auto written = co_await call.write(event_stream_text(*events));
  if (!written) co_return written.error();
  co_return events->back().id;
}

Task<void> follow(Context& context, Call& call, EventFeed::Follower& follower, std::int64_t position) {
  EventFeed& feed = context.feed;
  const Clock& clock = context.parts.clock;
  Duration heartbeat_at = clock.elapsed() + kHeartbeat;
  while (!feed.is_closed()) {
    if (const auto piece = feed.piece_behind(position)) {
      auto written = co_await call.write(piece->text);
      if (!written) co_return written;
      position = piece->last;
    } else if (position < feed.last()) {
      auto reached = co_await catch_up(context, call, position);
      if (!reached) co_return reached.error();
      position = *reached;
    } else if (clock.elapsed() >= heartbeat_at) {
      auto written = co_await call.write(std::string(": still here\n\n"));
      if (!written) co_return written;
      heartbeat_at = clock.elapsed() + kHeartbeat;
    } else {
      co_await follower.wait_for(heartbeat_at - clock.elapsed());
    }
  }
  co_return co_await call.finish();
}

}  // namespace

Task<void> stream_events(Context& context, Call& call) {
  const auto resume = read_position(call);
  if (!resume) co_return resume.error();
  EventFeed::Follower follower(context.feed, call.exchange().executor());
  if (!follower.is_admitted()) {
    Refusal refusal(503, to_string(Errc::kUnavailable),
                    "too many follow the events already; try again later");
    refusal.headers.push_back({"Retry-After", "10"});
    co_return refusal;
  }
  auto beginning = co_await choose_beginning(context, *resume);
  if (!beginning) co_return beginning.error();
  // Proxies are not to gather what is meant to be seen at once.
  Response response{200, {{"Content-Type", "text/event-stream"}, {"X-Accel-Buffering", "no"}}, ""};
  auto started = co_await call.start(std::move(response), std::nullopt);
  if (!started) co_return started;
  if (call.is_head()) co_return co_await call.finish();
  auto greeted = co_await call.write(std::move(beginning->text));
  if (!greeted) co_return greeted;
  co_return co_await follow(context, call, follower, beginning->position);
}

}  // namespace reeld::api
