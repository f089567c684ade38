#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace reeld::metrics {

/// What /proc/PID/stat says of a process, in the kernel's units.
struct ProcessStat {
  std::uint64_t cpu_ticks = 0;      ///< user and system time
  std::uint64_t started_ticks = 0;  ///< after boot
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};

/// Nothing for text that is no such line.
std::optional<ProcessStat> parse_process_stat(std::string_view line);

/// The process_* figures that Prometheus' own libraries have, of this process.
class ProcessMetrics {
 public:
  explicit ProcessMetrics(prometheus::Registry& registry);

  /// Looks into /proc. Figures that cannot be read stay as they are.
  void refresh();

 private:
  prometheus::Counter& cpu_seconds_;
  prometheus::Gauge& resident_bytes_;
  prometheus::Gauge& virtual_bytes_;
  prometheus::Gauge& open_files_;
  prometheus::Gauge& max_files_;
  prometheus::Gauge& start_time_;
};

}  // namespace reeld::metrics
