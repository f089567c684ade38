#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/util/async/wakeup.hpp"
#include "common/util/clock.hpp"
#include "daemon/api/reading.hpp"

namespace reeld::api {

/// Lines of the history as they are sent, made once for all who follow it.
struct EventPiece {
  std::int64_t after = 0;  ///< the id before its first line
  std::int64_t last = 0;   ///< the id of its last line
  std::shared_ptr<const std::string> text;
};

/// The lines as server-sent events: "id: 17\nevent: transition\ndata: {...}\n\n".
std::string event_stream_text(const std::vector<store::EventLine>& events);

/// Follows the history of the queue, and keeps its newest lines at hand for those who follow it live.
///
/// Everything but wake() on one executor.
class EventFeed {
 public:
  using OnEvent = std::function<void(const store::EventLine&)>;

  EventFeed(boost::asio::any_io_executor executor, Reading& reading, Clock& clock, OnEvent on_event);

  /// Follows until it is cancelled; then all who follow are told to end.
  boost::asio::awaitable<void> run();

  /// The history may have grown. Any thread may call; calls in a row cost one.
  void wake();

  /// Everybody who follows is to end.
  void close();
  bool is_closed() const { return closed_; }

  /// The newest line known.
  std::int64_t last() const { return last_; }

  /// The piece that begins right behind `position`; nothing where there is none at hand.
  std::optional<EventPiece> piece_behind(std::int64_t position) const;

  /// One who follows: poked for each new piece, while this object lives. False from is_admitted(): too many
  /// do.
  class Follower {
   public:
    Follower(EventFeed& feed, boost::asio::any_io_executor executor);
    ~Follower();
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    bool is_admitted() const { return is_admitted_; }
    /// Waits for news, at most for `limit`.
    boost::asio::awaitable<void> wait_for(Duration limit);

   private:
    friend class EventFeed;
    EventFeed& feed_;
    Wakeup wakeup_;
    bool is_admitted_;
  };

 private:
  boost::asio::awaitable<Result<void>> begin();
  boost::asio::awaitable<bool> read_more();
  void keep(const std::vector<store::EventLine>& events);
  void poke_all();

  boost::asio::any_io_executor executor_;
  Reading& reading_;
  Clock& clock_;
  OnEvent on_event_;
  Wakeup news_;
  std::atomic<bool> is_woken_ = false;
  bool closed_ = false;
  std::int64_t last_ = -1;  ///< before the store told it
  std::deque<EventPiece> pieces_;
  std::size_t bytes_ = 0;  ///< of all pieces
  std::set<Follower*> followers_;
};

}  // namespace reeld::api
