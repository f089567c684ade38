#pragma once

#include "common/util/time.hpp"

namespace reeld {

/// How the pauses between attempts grow.
struct BackoffPolicy {
  Duration base{1'000};   ///< the first pause's ceiling; positive
  Duration cap{900'000};  ///< no pause is longer; at least base
};

/// The pause after attempt number `attempt` (from 1) failed: exponential with full jitter.
///
/// Uniform in [0, min(cap, base * 2^(attempt-1))), by `jitter` in [0, 1). Full jitter spreads a crowd of
/// retries best; the floor of zero is right because a limiter stands behind every retry.
Duration backoff_delay(const BackoffPolicy& policy, int attempt, double jitter);

}  // namespace reeld
