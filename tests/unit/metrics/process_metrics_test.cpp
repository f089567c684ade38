#include "daemon/metrics/process_metrics.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <chrono>
#include <sstream>
#include <string>

namespace reeld::metrics {
namespace {

double figure(const std::string& exposition, const std::string& name) {
  std::istringstream text(exposition);
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with(name + " ")) return std::stod(line.substr(name.size()));
  }
  ADD_FAILURE() << name << " is missing";
  return 0;
}

class ProcessMetricsTest : public testing::Test {
 protected:
  double read(const std::string& name) {
    metrics_.refresh();
    return figure(prometheus::TextSerializer().Serialize(registry_.Collect()), name);
  }

  prometheus::Registry registry_;
  ProcessMetrics metrics_{registry_};
};

TEST(ProcessStatTest, IsReadBehindANameWithSpacesAndParentheses) {
  const auto stat = parse_process_stat(
      "42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 5 0 12345 104857600 2560 1844674 1 1 "
      "0\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->cpu_ticks, 200U);
  EXPECT_EQ(stat->started_ticks, 12345U);
  EXPECT_EQ(stat->virtual_bytes, 104857600U);
  EXPECT_EQ(stat->resident_pages, 2560U);
}

TEST(ProcessStatTest, IsNothingForAnyOtherText) {
  EXPECT_FALSE(parse_process_stat(""));
  EXPECT_FALSE(parse_process_stat("42 (reeld) S 1 42"));
  EXPECT_FALSE(parse_process_stat("42 reeld S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 5 0 12345 1 2"));
}

TEST_F(ProcessMetricsTest, DescribesThisProcess) {
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_GT(read("process_resident_memory_bytes"), 1'000'000);
  EXPECT_GT(read("process_virtual_memory_bytes"), read("process_resident_memory_bytes"));
  EXPECT_NEAR(read("process_start_time_seconds"), now, 600);
}

TEST_F(ProcessMetricsTest, CountsOpenFiles) {
  const double before = read("process_open_fds");
  const int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  EXPECT_EQ(read("process_open_fds"), before + 1);
  ::close(descriptor);
  EXPECT_EQ(read("process_open_fds"), before);
  EXPECT_GT(read("process_max_fds"), before);
}

TEST_F(ProcessMetricsTest, ProcessorTimeGrows) {
  const double before = read("process_cpu_seconds_total");
  double after = before;
  for (int looks = 0; looks < 1'000'000 && after <= before; ++looks)
    after = read("process_cpu_seconds_total");
  EXPECT_GT(after, before);
}

}  // namespace
}  // namespace reeld::metrics
