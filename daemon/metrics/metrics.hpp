#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/job/state.hpp"
#include "common/util/time.hpp"
#include "daemon/engine/observer.hpp"
#include "daemon/leonardo/observer.hpp"
#include "daemon/metrics/snapshot.hpp"
#include "daemon/store/observer.hpp"

/// Figures for Prometheus. docs/metrics.md lists them.
namespace reeld::metrics {

/// Listens to the daemon's modules, and says what was heard in Prometheus' text format.
///
/// The store tells from its own thread; everything else is for one thread.
class Metrics : public leonardo::Observer, public store::Observer, public engine::Observer {
 public:
  /// A line of the history says that a batch with so many jobs came into the queue.
  virtual void accepted(std::int64_t jobs) = 0;

  /// A line of the history says that a job changed its state.
  virtual void transition(JobState from, JobState to) = 0;

  /// Replaces what is looked up; to be called before exposition().
  virtual void set(const Snapshot& snapshot) = 0;

  /// All figures as they are now: text/plain; version=0.0.4.
  virtual std::string exposition() = 0;
};

struct BuildInfo {
  std::string version;  ///< of reeld
  std::string sqlite;   ///< of the SQLite library that it runs with
};

std::unique_ptr<Metrics> make_metrics(const BuildInfo& build, Time started_at);

}  // namespace reeld::metrics
