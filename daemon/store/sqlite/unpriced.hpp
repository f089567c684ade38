#pragma once

#include <optional>
#include <string>

#include "daemon/store/sqlite/rows.hpp"

/// Submits whose price nobody knows. No sum has them, so that under a cap one may be out at a time.
namespace reeld::store::sqlite::unpriced {

/// What stands in the way of one more.
struct Obstacle {
  std::string why;
  IntentId intent = {};     ///< of the submit whose outcome is waited for; empty: waiting does not help
  bool may_answer = false;  ///< its answer may come any moment
};

/// Looks at the day and the batch, as far as they have caps. Nothing: it may go.
std::optional<Obstacle> find(Connection& db, const std::string& batch, const Reservation& reservation,
                             Time now);

}  // namespace reeld::store::sqlite::unpriced
