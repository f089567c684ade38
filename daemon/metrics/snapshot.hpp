#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "common/job/state.hpp"
#include "common/util/time.hpp"

namespace reeld::metrics {

/// How things stand when somebody asks: what is looked up rather than counted.
struct Snapshot {
  std::map<JobState, std::int64_t> jobs;    ///< a state that is left out has none
  std::map<JobState, Duration> oldest_age;  ///< since the oldest unfinished job of a state was accepted
  double window = 0;                        ///< renders in flight that the service takes now, by its answers
  int in_flight = 0;                        ///< renders, and submits about to be sent
  int max_generations = 0;                  ///< allowed at most; 0: no limit
  Duration submit_wait{0};                  ///< until the limits let the next submit through
  int downloads = 0;                        ///< under way or waiting for a slot
  std::size_t http_connections = 0;         ///< of the control API
  std::uint64_t disk_free_bytes = 0;        ///< where the results are
  bool disk_low = false;
  bool store_failing = false;   ///< the queue's database cannot be written
  std::uint64_t wal_bytes = 0;  ///< in its write-ahead log
  bool account_held = false;    ///< submits wait for the key, the balance or the connection
  bool queue_paused = false;    ///< submits wait for a person
  double spent_today = 0;       ///< dollars, charged and not refunded; the day is UTC's
  double reserved_today = 0;    ///< dollars, for submits whose outcome is open
  double budget_per_day = 0;    ///< dollars; 0: no cap
};

}  // namespace reeld::metrics
