// Prints an exposition in which something was told of everything.
#include <iostream>

#include "daemon/metrics/metrics.hpp"

int main() {
  using namespace reeld;
  using namespace std::chrono_literals;
  const auto metrics = metrics::make_metrics({"0.1.0", "3.40.1"}, Time(1'764'554'400s));
  metrics->answered(leonardo::Endpoint::kSubmit, std::nullopt, 250ms);
  metrics->answered(leonardo::Endpoint::kSubmit, leonardo::ErrorClass::kRateLimited, 80ms);
  metrics->answered(leonardo::Endpoint::kStatus, std::nullopt, 120ms);
  metrics->answered(leonardo::Endpoint::kFilm, std::nullopt, 8s);
  metrics->received(12'345'678);
  metrics->committed(40, 3ms);
  metrics->commit_failed();
  metrics->retried(engine::RetryReason::kDownload);
  metrics->rendered(95s);
  metrics->accepted(1);
  metrics->transition(JobState::kQueued, JobState::kSubmitting);
  metrics::Snapshot snapshot;
  snapshot.jobs[JobState::kQueued] = 12;
  snapshot.oldest_age[JobState::kQueued] = 90s;
  snapshot.window = 7.5;
  snapshot.in_flight = 7;
  snapshot.max_generations = 10;
  snapshot.disk_free_bytes = 1'234'567'890'123;
  metrics->set(snapshot);
  std::cout << metrics->exposition();
  return std::cout.good() ? 0 : 1;
}
