#pragma once

#include <deque>
#include <map>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/simulator/generation.hpp"
#include "tests/simulator/ids.hpp"
#include "tests/simulator/options.hpp"
#include "tests/simulator/state_log.hpp"

namespace reeld::sim {

/// Everything that was ever accepted, the render slots and the money.
///
/// When a generation ends is fixed as it is accepted (the slot that frees first, plus the render time), so
/// nothing needs a timer: settle() catches up with the clock before each request. The caller gives the time.
class Generations {
 public:
  Generations(const Options& options, StateLog& log);

  /// What `order` costs; for a model without a price, nothing.
  Money price_of(const Order& order) const;
  Money balance() const { return balance_; }
  void set_balance(Money balance) { balance_ = balance; }

  /// False where so many wait for a slot that the service takes no more.
  bool has_room() const;

  Generation& accept(Order order, std::string user_id, Time now);
  void settle(Time now);

  /// Ends it now, this way, whatever was to be; money goes back on failures.
  void force(Generation& generation, Outcome outcome);
  /// Changes how a render will end.
  void doom(Generation& generation, Outcome outcome);
  /// Gives its films other bytes, as when a CDN's origin is replaced.
  void replace_films(Generation& generation);
  void remove(Generation& generation);

  /// Null for an unknown or deleted one.
  Generation* find(std::string_view id);
  /// The one whose folder on the CDN or in the API the path is in.
  Generation* find_by_path(std::string_view path);
  bool has_image(std::string_view image) const { return images_.contains(std::string(image)); }

  /// Newest first: those of this user, created until `visible_until` and not deleted.
  std::vector<const Generation*> page(std::string_view user_id, std::uint64_t offset, std::uint64_t limit,
                                      Time visible_until) const;

  /// In the order of acceptance, the deleted ones too.
  std::deque<Generation>& all() { return all_; }

  /// Takes up a line of the state file.
  void restore(const Json& line);

 private:
  Generation& keep(Generation generation);
  Time take_slot(Time now);
  void end(Generation& generation);

  struct EndsLater {
    bool operator()(const Generation* a, const Generation* b) const { return a->finishes > b->finishes; }
  };

  const Options& options_;
  StateLog& log_;
  IdMaker ids_;
  std::mt19937_64 random_;
  Money balance_;
  std::deque<Generation> all_;
  std::unordered_map<std::string_view, Generation*> by_id_;  // views into all_, whose items never move
  std::unordered_map<std::string, Generation*> images_;
  std::priority_queue<Generation*, std::vector<Generation*>, EndsLater> rendering_;
  std::size_t pending_ = 0;
  std::priority_queue<Time, std::vector<Time>, std::greater<>> slots_;  // when each becomes free
};

}  // namespace reeld::sim
