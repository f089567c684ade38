#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace reeld::metrics {

/// What is counted while the daemon runs. Every series stands from the start, at 0: Prometheus cannot see the
/// first step of one that appears with it.
struct Counters {
  template <class T>
  using Family = prometheus::Family<T>;

  explicit Counters(prometheus::Registry& registry);

  prometheus::Counter& accepted_jobs;
  Family<prometheus::Counter>& transitions;         ///< {from, to}
  Family<prometheus::Counter>& upstream_responses;  ///< {endpoint, class}
  Family<prometheus::Counter>& rate_limited;        ///< {endpoint}
  Family<prometheus::Counter>& retries;             ///< {reason}
  prometheus::Counter& downloaded_bytes;
  prometheus::Counter& commit_failures;
  prometheus::Histogram& submit_seconds;
  prometheus::Histogram& poll_seconds;
  prometheus::Histogram& render_seconds;
  prometheus::Histogram& download_seconds;
  prometheus::Histogram& commit_seconds;
  prometheus::Histogram& commit_operations;
};

}  // namespace reeld::metrics
