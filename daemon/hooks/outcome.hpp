#pragma once

#include <optional>
#include <utility>

#include "common/util/error.hpp"
#include "common/util/time.hpp"

namespace reeld::hooks {

/// What came of one try to deliver a message.
struct Outcome {
  Outcome() = default;
  Outcome(Error why) : error(std::move(why)) {}

  std::optional<Error> error;           ///< nothing: it was delivered
  std::optional<Duration> retry_after;  ///< how long the receiver wants to be left alone
  bool gone = false;                    ///< the receiver wants no further try
};

}  // namespace reeld::hooks
