#pragma once

#include <optional>
#include <vector>

#include "common/util/time.hpp"

namespace reeld::engine {

struct PollPolicy {
  Duration first{60'000};  ///< after acceptance, until enough renders of the kind are known
  Duration min_interval{5'000};
  Duration max_interval{60'000};
};

/// When most renders of a kind are not done yet but some are: the 20th percentile. Nothing below 5 samples.
std::optional<Duration> typical_render_time(std::vector<Duration> samples);

/// How long to wait before the next look at a render.
///
/// `age` since acceptance, `polls` made so far. The first look comes at the typical time; each later pause is
/// half as long again as the one before, from min_interval to max_interval, spread by `jitter` in [0, 1) so
/// that renders that began together are not asked for together. An overdue render is looked at up to 10 times
/// more rarely.
Duration next_poll(const PollPolicy& policy, std::optional<Duration> typical, Duration age, int polls,
                   bool overdue, double jitter);

}  // namespace reeld::engine
