#include "daemon/app/service_manager.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/support/fake_clock.hpp"
#include "tests/support/service_socket.hpp"

namespace reeld::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

class ServiceManagerTest : public testing::Test {
 protected:
  ServiceManagerTest() { ::setenv("NOTIFY_SOCKET", socket_.path().c_str(), 1); }
  ~ServiceManagerTest() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }

  ServiceManager::Questions questions() {
    return {[this] { return recovered_; }, [this] { return touch_store(); }, [this] { return status(); }};
  }
  asio::awaitable<void> touch_store() {
    while (store_is_stuck_) co_await clock_.sleep_for(1h);
  }
  asio::awaitable<std::string> status() {
    while (readers_are_busy_) co_await clock_.sleep_for(1h);
    co_return status_;
  }

  void start() {
    asio::co_spawn(io_, manager_.run(), asio::detached);
    asio::co_spawn(io_, manager_.feed_watchdog(), asio::detached);
    clock_.advance(io_, 1ms);
  }

  test::ServiceSocket socket_;
  asio::io_context io_{1};
  test::FakeClock clock_;
  bool recovered_ = true;
  bool store_is_stuck_ = false;
  bool readers_are_busy_ = false;
  std::string status_ = "no jobs";
  ServiceManager manager_{clock_, questions()};
};

TEST_F(ServiceManagerTest, IsReadyOnlyOnceWhatWasInFlightIsTakenUp) {
  recovered_ = false;
  start();
  clock_.advance(io_, 10s);
  EXPECT_EQ(socket_.told(), Lines{"STATUS=taking up what was in flight"});
  recovered_ = true;
  clock_.advance(io_, 1s);
  EXPECT_EQ(socket_.told(), (Lines{"READY=1", "STATUS=no jobs"}));
}

TEST_F(ServiceManagerTest, SaysHowThingsStandWhenTheyChange) {
  start();
  socket_.told();
  clock_.advance(io_, 1min);
  EXPECT_EQ(socket_.told(), Lines{});
  status_ = "1 queued";
  clock_.advance(io_, 1min);
  EXPECT_EQ(socket_.told(), Lines{"STATUS=1 queued"});
}

TEST_F(ServiceManagerTest, FeedsTheWatchdogTwiceInItsTime) {
  ::setenv("WATCHDOG_USEC", "8000000", 1);
  start();
  socket_.told();
  clock_.advance(io_, 8s);
  EXPECT_EQ(socket_.told(), (Lines{"WATCHDOG=1", "WATCHDOG=1"}));
}

TEST_F(ServiceManagerTest, AStuckStoreIsNoticedByTheWatchdog) {
  ::setenv("WATCHDOG_USEC", "8000000", 1);
  start();
  socket_.told();
  store_is_stuck_ = true;
  clock_.advance(io_, 1min);
  EXPECT_EQ(socket_.told(), Lines{});
}

TEST_F(ServiceManagerTest, AStatusThatTakesLongStarvesNoWatchdog) {
  ::setenv("WATCHDOG_USEC", "8000000", 1);
  readers_are_busy_ = true;
  start();
  socket_.told();
  clock_.advance(io_, 8s);
  EXPECT_EQ(socket_.told(), (Lines{"WATCHDOG=1", "WATCHDOG=1"}));
}

TEST_F(ServiceManagerTest, AWatchdogForAnotherProcessIsNotFed) {
  ::setenv("WATCHDOG_USEC", "8000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  start();
  clock_.advance(io_, 1min);
  EXPECT_EQ(socket_.told(), (Lines{"STATUS=taking up what was in flight", "READY=1", "STATUS=no jobs"}));
}

TEST_F(ServiceManagerTest, WordsFromElsewhereStayOneLine) {
  start();
  socket_.told();
  status_ = "held: the service says\nWATCHDOG=1";
  clock_.advance(io_, 1min);
  const Lines told = socket_.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told.front().starts_with("STATUS=held: the service says")) << told.front();
}

TEST_F(ServiceManagerTest, AReloadAndAStopAreTold) {
  start();
  socket_.told();
  manager_.reloading();
  manager_.reloaded();
  EXPECT_EQ(socket_.told(), (Lines{"RELOADING=1", "READY=1"}));
  manager_.stopping(12s);
  EXPECT_EQ(socket_.told(), (Lines{"STOPPING=1", "STATUS=stopping", "EXTEND_TIMEOUT_USEC=12000000"}));
}

TEST_F(ServiceManagerTest, AReloadWhileItRecoversDoesNotMakeItReady) {
  recovered_ = false;
  start();
  manager_.reloading();
  manager_.reloaded();
  EXPECT_EQ(socket_.told(), (Lines{"STATUS=taking up what was in flight", "RELOADING=1"}));
}

}  // namespace
}  // namespace reeld::app
