#pragma once

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>

#include "common/job/state.hpp"
#include "daemon/metrics/snapshot.hpp"

namespace reeld::metrics {

/// The figures that a Snapshot holds.
class Gauges {
 public:
  explicit Gauges(prometheus::Registry& registry);

  void set(const Snapshot& snapshot);

 private:
  std::map<JobState, prometheus::Gauge*> jobs_;
  std::map<JobState, prometheus::Gauge*> oldest_age_;  ///< of unfinished states
  prometheus::Gauge& window_;
  prometheus::Gauge& in_flight_;
  prometheus::Gauge& max_generations_;
  prometheus::Gauge& submit_wait_;
  prometheus::Gauge& downloads_;
  prometheus::Gauge& http_connections_;
  prometheus::Gauge& disk_free_bytes_;
  prometheus::Gauge& disk_low_;
  prometheus::Gauge& store_failing_;
  prometheus::Gauge& wal_bytes_;
  prometheus::Gauge& account_held_;
  prometheus::Gauge& queue_paused_;
  prometheus::Gauge& spent_today_;
  prometheus::Gauge& reserved_today_;
  prometheus::Gauge& budget_per_day_;
};

}  // namespace reeld::metrics
