#include "common/util/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace reeld {

Duration backoff_delay(const BackoffPolicy& policy, int attempt, double jitter) {
  const int doublings = std::clamp(attempt - 1, 0, 40);
  const double ceiling = std::min(std::ldexp(static_cast<double>(policy.base.count()), doublings),
                                  static_cast<double>(policy.cap.count()));
  return Duration(static_cast<Duration::rep>(ceiling * jitter));
}

}  // namespace reeld
