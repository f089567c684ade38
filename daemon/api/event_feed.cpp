#include "daemon/api/event_feed.hpp"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include <algorithm>

#include "common/util/log.hpp"
#include "daemon/api/shapes.hpp"

namespace reeld::api {

namespace asio = boost::asio;
using store::EventLine;

namespace {

constexpr std::size_t kMostFollowers = 256;
constexpr std::size_t kMostPieces = 64;
constexpr std::size_t kMostBytes = 4U << 20;
constexpr int kPage = 1000;
/// Between two looks, so that a busy queue's commits are gathered.
constexpr Duration kPause{50};
constexpr Duration kPauseAfterError{1'000};
/// Without a commit nothing is new; this is for the case that a wake was lost.
constexpr Duration kIdle{60'000};

/// However the following ends, nobody may go on waiting for news.
struct CloseAtEnd {
  EventFeed& feed;
  ~CloseAtEnd() { feed.close(); }
};

}  // namespace

std::string event_stream_text(const std::vector<EventLine>& events) {
  std::string text;
  for (const EventLine& event : events) {
    text += fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id, to_string(event.kind),
                        dump_json(event_json(event)));
  }
  return text;
}

EventFeed::EventFeed(asio::any_io_executor executor, Reading& reading, Clock& clock, OnEvent on_event)
    : executor_(executor),
      reading_(reading),
      clock_(clock),
      on_event_(std::move(on_event)),
      news_(executor) {}

asio::awaitable<void> EventFeed::run() {
  const CloseAtEnd close_at_end{*this};
  while (!co_await begin()) co_await clock_.sleep_for(kPauseAfterError);
  for (;;) {
    const bool more = co_await read_more();
    co_await clock_.sleep_for(kPause);
    if (!more) co_await news_.wait_for(kIdle);
  }
}

void EventFeed::wake() {
  if (is_woken_.exchange(true)) return;
  asio::post(executor_, [this] {
    is_woken_ = false;
    news_.poke();
  });
}

void EventFeed::close() {
  closed_ = true;
  poke_all();
}

std::optional<EventPiece> EventFeed::piece_behind(std::int64_t position) const {
  const auto found = std::ranges::lower_bound(pieces_, position, {}, &EventPiece::after);
  if (found == pieces_.end() || found->after != position) return std::nullopt;
  return *found;
}

asio::awaitable<Result<void>> EventFeed::begin() {
  std::function<Result<store::Stats>(store::Reader&)> look = [](store::Reader& reader) {
    return reader.stats();
  };
  auto stats = co_await reading_.run(std::move(look));
  if (!stats) co_return stats.error();
  last_ = stats->last_event;
  co_return Result<void>();
}

/// True when there is more to read at once.
asio::awaitable<bool> EventFeed::read_more() {
  std::function<Result<std::vector<EventLine>>(store::Reader&)> look =
      [after = last_](store::Reader& reader) { return reader.events(after, kPage); };
  auto events = co_await reading_.run(std::move(look));
  if (!events) {
    log_event(spdlog::level::warn, "api: the history cannot be followed",
              {{"error", describe(events.error())}});
    co_await clock_.sleep_for(kPauseAfterError);
    co_return true;
  }
  if (events->empty()) co_return false;
  keep(*events);
  for (const EventLine& event : *events) {
    if (on_event_) on_event_(event);
  }
  poke_all();
  co_return events->size() == static_cast<std::size_t>(kPage);
}

void EventFeed::keep(const std::vector<EventLine>& events) {
  auto text = std::make_shared<const std::string>(event_stream_text(events));
  bytes_ += text->size();
  pieces_.push_back({last_, events.back().id, std::move(text)});
  last_ = events.back().id;
  while (pieces_.size() > kMostPieces || (bytes_ > kMostBytes && pieces_.size() > 1)) {
    bytes_ -= pieces_.front().text->size();
    pieces_.pop_front();
  }
}

void EventFeed::poke_all() {
  for (Follower* follower : followers_) follower->wakeup_.poke();
}

EventFeed::Follower::Follower(EventFeed& feed, asio::any_io_executor executor)
    : feed_(feed),
      wakeup_(std::move(executor)),
      is_admitted_(feed.last_ >= 0 && !feed.closed_ && feed.followers_.size() < kMostFollowers) {
  if (is_admitted_) feed_.followers_.insert(this);
}

EventFeed::Follower::~Follower() {
  feed_.followers_.erase(this);
}

asio::awaitable<void> EventFeed::Follower::wait_for(Duration limit) {
  co_await wakeup_.wait_for(limit);
}

}  // namespace reeld::api
