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

  /// Deliveries that are due, oldest first, one for each hook and order.
  virtual Async<std::vector<Delivery>> due_deliveries(int limit) = 0;

  /// It went out, or was given up (`words` say why): it is not tried again.
  virtual Async<void> finish_delivery(std::int64_t delivery, std::string words) = 0;

  /// It failed; the next try comes at `due`.
  virtual Async<void> put_off_delivery(std::int64_t delivery, Time due, std::string words) = 0;

  /// When the next delivery that waits is due; nothing where none waits.
  virtual Async<std::optional<Time>> next_delivery() = 0;
};

}  // namespace reeld::store
