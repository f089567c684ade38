#include "daemon/engine/poll_plan.hpp"

#include <algorithm>
#include <cmath>

namespace reeld::engine {
namespace {
constexpr std::size_t kEnoughSamples = 5;
}

std::optional<Duration> typical_render_time(std::vector<Duration> samples) {
  if (samples.size() < kEnoughSamples) return std::nullopt;
  std::ranges::sort(samples);
  return samples[samples.size() / 5];
}

Duration next_poll(const PollPolicy& policy, std::optional<Duration> typical, Duration age, int polls,
                   bool overdue, double jitter) {
  const Duration first = typical.value_or(policy.first);
  if (polls == 0 && age < first) return first - age;
  const Duration longest = overdue ? policy.max_interval * 10 : policy.max_interval;
  const double grown = static_cast<double>(policy.min_interval.count()) * std::pow(1.5, std::min(polls, 40));
  const double capped = std::min(grown, static_cast<double>(longest.count()));
  return Duration(static_cast<Duration::rep>(capped * (0.75 + 0.5 * jitter)));
}

}  // namespace reeld::engine
