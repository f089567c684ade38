#include "daemon/metrics/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace reeld::metrics {
namespace {

// Places in /proc/PID/stat behind the process's name, which is the only field that may hold spaces.
constexpr std::size_t kUserTime = 11;
constexpr std::size_t kSystemTime = 12;
constexpr std::size_t kStartTime = 19;
constexpr std::size_t kVirtualSize = 20;
constexpr std::size_t kResidentSize = 21;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

double ticks_per_second() {
  return static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// When the machine started, in seconds since 1970.
std::optional<std::uint64_t> boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return number(std::string_view(line).substr(6));
  }
  return std::nullopt;
}

std::optional<int> count_open_files() {
  std::error_code failed;
  std::filesystem::directory_iterator file("/proc/self/fd", failed);
  // The descriptor that this look itself needs does not count.
  int open = -1;
  for (const std::filesystem::directory_iterator end; !failed && file != end; file.increment(failed)) ++open;
  return failed ? std::nullopt : std::optional(open);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  const auto name_end = line.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  std::istringstream rest{std::string(line.substr(name_end + 1))};
  const std::vector<std::string> fields(std::istream_iterator<std::string>(rest), {});
  if (fields.size() <= kResidentSize) return std::nullopt;
  const auto user = number(fields[kUserTime]);
  const auto system = number(fields[kSystemTime]);
  const auto started = number(fields[kStartTime]);
  const auto size = number(fields[kVirtualSize]);
  const auto resident = number(fields[kResidentSize]);
  if (!user || !system || !started || !size || !resident) return std::nullopt;
  return ProcessStat{*user + *system, *started, *size, *resident};
}

ProcessMetrics::ProcessMetrics(prometheus::Registry& registry)
    : cpu_seconds_(prometheus::BuildCounter()
                       .Name("process_cpu_seconds_total")
                       .Help("Processor time that the process has used.")
                       .Register(registry)
                       .Add({})),
      resident_bytes_(
          gauge(registry, "process_resident_memory_bytes", "Memory that the process has in RAM.")),
      virtual_bytes_(gauge(registry, "process_virtual_memory_bytes", "Address space of the process.")),
      open_files_(gauge(registry, "process_open_fds", "File descriptors that are open.")),
      max_files_(gauge(registry, "process_max_fds", "File descriptors that may be open.")),
      start_time_(gauge(registry, "process_start_time_seconds",
                        "When the process started, in seconds since 1970.")) {}

void ProcessMetrics::refresh() {
  if (const auto stat = parse_process_stat(first_line("/proc/self/stat"))) {
    const double cpu_seconds = static_cast<double>(stat->cpu_ticks) / ticks_per_second();
    // A counter takes no absolute value, and ignores what is negative.
    cpu_seconds_.Increment(cpu_seconds - cpu_seconds_.Value());
    resident_bytes_.Set(static_cast<double>(stat->resident_pages) *
                        static_cast<double>(::sysconf(_SC_PAGESIZE)));
    virtual_bytes_.Set(static_cast<double>(stat->virtual_bytes));
    const double after_boot = static_cast<double>(stat->started_ticks) / ticks_per_second();
    if (const auto boot = boot_time()) start_time_.Set(static_cast<double>(*boot) + after_boot);
  }
  if (const auto open = count_open_files()) open_files_.Set(*open);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) max_files_.Set(static_cast<double>(limit.rlim_cur));
}

}  // namespace reeld::metrics
