// What systemd hears of the real daemon.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "tests/e2e/daemon.hpp"
#include "tests/support/service_socket.hpp"

namespace reeld::test {
namespace {

bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::ranges::find(lines, line) != lines.end();
}

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() { daemon_.set_variable("NOTIFY_SOCKET", socket_.path().string()); }

  ServiceSocket socket_;
  Daemon daemon_;
};

TEST_F(ServiceTest, IsToldHowTheDaemonStandsFromStartToStop) {
  daemon_.set_variable("WATCHDOG_USEC", "1000000");
  daemon_.start();
  socket_.wait_for("READY=1");
  socket_.wait_for("WATCHDOG=1");
  daemon_.drop("shot.json", guide_job("a shot").dump());
  ASSERT_TRUE(daemon_.settled(1));
  socket_.wait_for("STATUS=1 succeeded");
  socket_.wait_for("WATCHDOG=1");
  daemon_.set("shutdown_timeout", "10s");
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_TRUE(has(socket_.wait_for("EXTEND_TIMEOUT_USEC=20000000"), "STOPPING=1"));
}

TEST_F(ServiceTest, AReloadIsToldAtItsBeginAndItsEnd) {
  daemon_.start();
  socket_.wait_for("READY=1");
  daemon_.process().signal(SIGHUP);
  socket_.wait_for("RELOADING=1");
  socket_.wait_for("READY=1");
  EXPECT_EQ(daemon_.stop(), 0);
}

TEST_F(ServiceTest, AMissingKeyIsNoFailureAndStandsInTheStatus) {
  daemon_.set_variable("LEONARDO_API_KEY", "");
  daemon_.start();
  socket_.wait_for("READY=1");
  const auto told = socket_.wait_for("STATUS=");
  EXPECT_NE(told.back().find("submits are held"), std::string::npos) << told.back();
}

}  // namespace
}  // namespace reeld::test
