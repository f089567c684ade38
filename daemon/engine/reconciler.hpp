#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <string>
#include <vector>

#include "common/util/async/wakeup.hpp"
#include "daemon/engine/account_list.hpp"
#include "daemon/engine/match.hpp"

namespace reeld::engine {

class Engine;

/// Between two walks at the most, while something is looked for.
inline constexpr Duration kLongestPause{60'000};

/// Looks submits of unknown outcome up in the account's list, until each is found or proved absent.
///
/// Found: the job goes on with that generation. Absent takes two complete walks that begin after the settle
/// time, and a sign that the list is live. What cannot be told is parked for a person. Runs on the engine's
/// executor.
class Reconciler {
 public:
  Reconciler(Engine& engine, boost::asio::any_io_executor executor);

  /// Looks until the engine stops.
  boost::asio::awaitable<void> run();

  /// A job has become unknown, or something that was in the way is gone.
  void poke() { wakeup_.poke(); }

  /// Walks that proved an absence by the old settle time prove nothing by the new one.
  void settle_time_changed();

  /// What only a person can answer.
  struct Question {
    std::vector<GenerationId> candidates;
    std::string words;
  };

 private:
  /// What is known of one open attempt since this process began to look for it.
  struct Search {
    Duration since{0};  ///< Clock::elapsed() when it began
    Duration next{0};   ///< of the next walk for it
    int walks = 0;      ///< complete ones
    int absences =
        0;  ///< of them, those after the settle time that did not show it although the list was live
  };
  using Open = std::vector<store::OpenAttempt>;

  boost::asio::awaitable<Duration> look();
  boost::asio::awaitable<Result<AccountList>> walk(Time since);
  boost::asio::awaitable<bool> wait_to_ask();
  boost::asio::awaitable<bool> decide(const AccountList& list, Duration began);
  boost::asio::awaitable<void> settle(const store::OpenAttempt& attempt, const Finding& finding,
                                      const AccountList& list, Duration began);
  boost::asio::awaitable<void> adopt(const store::OpenAttempt& attempt, const GenerationId& generation);
  boost::asio::awaitable<void> give_up(const store::OpenAttempt& attempt, Question question);
  boost::asio::awaitable<void> absent(const store::OpenAttempt& attempt);

  // restored_queue.cpp
  boost::asio::awaitable<Duration> look_since_backup(const store::Restored& backup);
  boost::asio::awaitable<bool> mark_lookalikes(const std::vector<leonardo::Generation>& strangers);
  boost::asio::awaitable<Result<std::vector<leonardo::Generation>>> strangers_in(const AccountList& list);

  /// Brings searches_ in line with what is open; those that are looked for.
  Open searched_among(const Open& open);
  /// True when this process, with this key, can find out what became of it.
  bool is_ours(const store::OpenAttempt& attempt) const;
  bool list_is_live(const Search& search, const AccountList& list, Duration began) const;
  Duration pause_after(const Search& search, Duration now) const;
  Duration until_next() const;
  /// A walk proved nothing; how long until the next.
  Duration walk_failed(const Error& error);

  Engine& engine_;
  Wakeup wakeup_;
  std::map<IntentId, Search> searches_;
  const Duration began_;        ///< Clock::elapsed() when this process began to look
  int failures_ = 0;            ///< walks in a row that proved nothing
  int looks_since_backup_ = 0;  ///< complete walks over what was made since
};

}  // namespace reeld::engine
