#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/calls.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// Messages to hooks. They are made from the history, so that none is lost.
class Outbox : public Calls {
 public:
  /// Turns what the history says since the last call into deliveries to `hooks`, for the kinds and states
  /// that hooks are told of. A hook that is new begins with what comes from now on. How many lines were
  /// looked at.
  virtual Async<int> collect_deliveries(std::vector<std::string> hooks) = 0;

  /// Deliveries to a hook that are due, oldest first, one for each order.
  virtual Async<std::vector<Delivery>> due_deliveries(std::string hook, int limit) = 0;

  /// It is not tried again: it went out, or was given up. Then `words` say why, for the history; else they
  /// are empty.
  virtual Async<void> finish_delivery(std::int64_t delivery, std::string words) = 0;

  /// It failed; the next try comes at `due`.
  virtual Async<void> put_off_delivery(std::int64_t delivery, Time due, std::string words) = 0;

  /// When the next delivery that waits is due; nothing where none waits.
  virtual Async<std::optional<Time>> next_delivery() = 0;
};

}  // namespace reeld::store
