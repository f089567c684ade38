#pragma once

#include <string>

#include "common/util/json.hpp"

namespace reeld::cli {

/// Why a job waits in `held`.
struct LastHold {
  std::string words;    ///< "" where it was never held
  bool by_cap = false;  ///< a cap holds its batch, and a release alone allows it no more money
};

/// By the history in a Job with all that is known of it. What is said of its batch says more than its own
/// line.
LastHold last_hold(const Json& job);

}  // namespace reeld::cli
