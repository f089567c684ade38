#include "daemon/metrics/counters.hpp"

#include "daemon/metrics/labels.hpp"

namespace reeld::metrics {
namespace {

using prometheus::Counter;
using prometheus::Histogram;
using prometheus::Registry;
using Buckets = Histogram::BucketBoundaries;

// Upper ends, in seconds but for the last.
const Buckets kRequestTime{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120};
const Buckets kRenderTime{10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 3600};
const Buckets kDownloadTime{0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800};
const Buckets kCommitTime{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};
const Buckets kOperations{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

prometheus::Family<Counter>& counters(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Counter& counter(Registry& registry, const char* name, const char* help) {
  return counters(registry, name, help).Add({});
}

Histogram& histogram(Registry& registry, const char* name, const char* help, const Buckets& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

}  // namespace

Counters::Counters(Registry& registry)
    : accepted_jobs(counter(registry, "reeld_accepted_jobs_total", "Jobs that came into the queue.")),
      transitions(counters(registry, "reeld_job_transitions_total", "Changes of jobs' states.")),
      upstream_responses(
          counters(registry, "reeld_upstream_responses_total",
                   "Requests to the service by what came of them: \"ok\" or a class of error.")),
      rate_limited(counters(registry, "reeld_upstream_rate_limited_total",
                            "Requests that the service refused for now, such as with HTTP 429.")),
      retries(counters(registry, "reeld_retries_total", "Things that are tried again, by why.")),
      downloaded_bytes(counter(registry, "reeld_downloaded_bytes_total", "Bytes of films and posters.")),
      commit_failures(counter(registry, "reeld_store_commit_failures_total",
                              "Transactions of the queue that were rolled back as a whole.")),
      submit_seconds(histogram(registry, "reeld_submit_duration_seconds",
                               "From a submit's first byte to its whole answer.", kRequestTime)),
      poll_seconds(histogram(registry, "reeld_poll_duration_seconds",
                             "How long a look at a render's status took.", kRequestTime)),
      render_seconds(histogram(registry, "reeld_render_duration_seconds",
                               "From a render's acceptance until it was seen complete.", kRenderTime)),
      download_seconds(histogram(registry, "reeld_download_duration_seconds",
                                 "How long a film's bytes took to come, or the rest of them.",
                                 kDownloadTime)),
      commit_seconds(histogram(registry, "reeld_store_commit_duration_seconds",
                               "From a transaction's begin to the end of its commit.", kCommitTime)),
      commit_operations(histogram(registry, "reeld_store_commit_operations",
                                  "Operations that one transaction wrote.", kOperations)) {
  for (const Transition& step : all_transitions()) {
    transitions.Add({{"from", label(step.from)}, {"to", label(step.to)}});
  }
  for (const auto endpoint : kAllEndpoints) {
    rate_limited.Add({{"endpoint", label(endpoint)}});
    upstream_responses.Add({{"endpoint", label(endpoint)}, {"class", "ok"}});
    for (const auto error : kAllErrorClasses) {
      upstream_responses.Add({{"endpoint", label(endpoint)}, {"class", label(error)}});
    }
  }
  for (const auto reason : kAllRetryReasons) retries.Add({{"reason", label(reason)}});
}

}  // namespace reeld::metrics
