#include "daemon/engine/governor.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

class GovernorTest : public testing::Test {
 protected:
  SeededRandom random_{1};
  Limits limits_;
  BackoffPolicy backoff_{1s, 60s};
  Governor make() { return {limits_, backoff_, random_}; }
};

TEST_F(GovernorTest, NeverLetsMoreSubmitsThroughThanAMinuteAllows) {
  limits_.submits_per_minute = 3;
  Governor governor = make();
  for (Duration at : {0ms, 10'000ms, 20'000ms}) {
    EXPECT_EQ(governor.submit_wait(at), 0ms);
    governor.note_submit(at);
  }
  EXPECT_EQ(governor.submit_wait(20s), 40s);
  EXPECT_EQ(governor.submit_wait(59'999ms), 1ms);
  EXPECT_EQ(governor.submit_wait(60s), 0ms);
}

TEST_F(GovernorTest, CountsSubmitsAmongAllRequests) {
  limits_.requests_per_minute = 2;
  Governor governor = make();
  governor.note_request(0ms);
  governor.note_submit(0ms);
  EXPECT_EQ(governor.request_wait(1s), 59s);
  EXPECT_EQ(governor.submit_wait(1s), 59s);
}

TEST_F(GovernorTest, RoomIsBoundedByTheSubmitsThatAreLeft) {
  limits_.submits_per_minute = 3;
  limits_.max_generations = 10;
  Governor governor = make();
  governor.note_submit(0ms);
  EXPECT_EQ(governor.room(1s), 2);
  governor.note_submit(1s);
  governor.note_submit(1s);
  EXPECT_EQ(governor.room(2s), 0);
  EXPECT_EQ(governor.room(60s), 1);
}

TEST_F(GovernorTest, ZeroMeansNoLimit) {
  limits_ = {0, 0, 0, 0};
  Governor governor = make();
  for (int i = 0; i < 5'000; ++i) governor.note_submit(0ms);
  EXPECT_EQ(governor.submit_wait(0ms), 0ms);
  EXPECT_EQ(governor.room(1h), 4096);
}

TEST_F(GovernorTest, RoomShrinksWithEachGenerationAndComesBack) {
  limits_.max_generations = 2;
  Governor governor = make();
  governor.generation_begins();
  EXPECT_EQ(governor.room(1h), 1);
  governor.generation_begins();
  EXPECT_EQ(governor.room(1h), 0);
  governor.generation_ends();
  EXPECT_EQ(governor.room(1h), 1);
}

TEST_F(GovernorTest, ARunOfRefusalsTakesOnePlaceAndAnotherForEachWindowfulAndSuccessGrowsThemBack) {
  limits_.max_generations = 10;
  Governor governor = make();
  governor.submit_refused(0ms, std::nullopt);
  EXPECT_EQ(governor.room(1h), 9) << "at once";
  for (int i = 0; i < 8; ++i) governor.submit_refused(0ms, std::nullopt);
  EXPECT_EQ(governor.room(1h), 9) << "the other places of the window meet the same refusal";
  governor.submit_refused(0ms, std::nullopt);
  EXPECT_EQ(governor.room(1h), 8);
  for (int i = 0; i < 200; ++i) governor.submit_accepted();
  EXPECT_EQ(governor.room(1h), 10);
  EXPECT_DOUBLE_EQ(governor.window(), 10.0);
}

TEST_F(GovernorTest, TheWindowNeverClosesForGood) {
  limits_.max_generations = 1;
  Governor governor = make();
  for (int i = 0; i < 5; ++i) {
    governor.submit_refused(0ms, std::nullopt);
    governor.submit_accepted();
  }
  EXPECT_EQ(governor.room(1h), 1);
}

TEST_F(GovernorTest, RetryAfterWinsOverItsOwnPause) {
  Governor governor = make();
  governor.submit_refused(0ms, 90s);
  EXPECT_EQ(governor.submit_wait(0ms), 90s);
  EXPECT_EQ(governor.request_wait(0ms), 0ms) << "other requests are not refused";
  governor.request_refused(0ms, 5s);
  EXPECT_EQ(governor.request_wait(0ms), 5s);
}

TEST_F(GovernorTest, WithoutRetryAfterPausesGrow) {
  Governor governor = make();
  governor.submit_refused(0ms, std::nullopt);
  EXPECT_GE(governor.submit_wait(0ms), 1s);
  EXPECT_LE(governor.submit_wait(0ms), 2s);
  for (int i = 0; i < 10; ++i) governor.submit_refused(0ms, std::nullopt);
  EXPECT_LE(governor.submit_wait(0ms), 61s);
}

TEST_F(GovernorTest, DownloadsAreServedInTheOrderTheyCame) {
  limits_.max_downloads = 1;
  Governor governor = make();
  boost::asio::io_context io;
  Wakeup first(io.get_executor());
  Wakeup second(io.get_executor());
  Wakeup third(io.get_executor());
  EXPECT_TRUE(governor.take_download(first));
  EXPECT_FALSE(governor.take_download(second));
  EXPECT_FALSE(governor.take_download(third));
  EXPECT_EQ(governor.downloads(), 3);
  governor.download_ends();
  EXPECT_FALSE(governor.take_download(third)) << "it is the second one's turn";
  EXPECT_TRUE(governor.take_download(second));
  governor.leave_download_queue(third);
  EXPECT_EQ(governor.downloads(), 1);
}

TEST_F(GovernorTest, ALowerLimitCountsWhatWasSentInTheLastMinute) {
  limits_.submits_per_minute = 0;
  Governor governor = make();
  for (Duration at : {0ms, 10'000ms, 20'000ms, 30'000ms}) governor.note_submit(at);
  limits_.submits_per_minute = 2;
  governor.set_limits(limits_, backoff_);
  EXPECT_EQ(governor.submit_wait(31s), 49s) << "one of the last two must be a minute old";
  EXPECT_EQ(governor.room(79s), 0);
  EXPECT_EQ(governor.room(80s), 1);
  limits_.submits_per_minute = 5;
  governor.set_limits(limits_, backoff_);
  EXPECT_EQ(governor.room(31s), 1) << "four of five are spent";
}

TEST_F(GovernorTest, AHigherLimitOfRendersOpensTheWindowUnlessRefusalsNarrowedIt) {
  limits_.max_generations = 4;
  Governor governor = make();
  limits_.max_generations = 6;
  governor.set_limits(limits_, backoff_);
  EXPECT_EQ(governor.room(1h), 6);
  governor.submit_refused(0ms, std::nullopt);
  limits_.max_generations = 10;
  governor.set_limits(limits_, backoff_);
  EXPECT_EQ(governor.room(1h), 5);
  for (int i = 0; i < 200; ++i) governor.submit_accepted();
  EXPECT_EQ(governor.room(1h), 10);
}

TEST_F(GovernorTest, ALowerLimitOfRendersBeginsLessAndEndsNothing) {
  limits_.max_generations = 3;
  Governor governor = make();
  for (int i = 0; i < 3; ++i) governor.generation_begins();
  limits_.max_generations = 2;
  governor.set_limits(limits_, backoff_);
  EXPECT_EQ(governor.room(1h), 0);
  governor.generation_ends();
  EXPECT_EQ(governor.room(1h), 0);
  governor.generation_ends();
  EXPECT_EQ(governor.room(1h), 1);
}

TEST_F(GovernorTest, AHigherLimitOfDownloadsCallsThoseWhoWait) {
  limits_.max_downloads = 1;
  Governor governor = make();
  boost::asio::io_context io;
  Wakeup first(io.get_executor());
  Wakeup second(io.get_executor());
  EXPECT_TRUE(governor.take_download(first));
  EXPECT_FALSE(governor.take_download(second));
  bool called = false;
  boost::asio::co_spawn(io, second.wait_for(1h), [&called](const std::exception_ptr&) { called = true; });
  limits_.max_downloads = 2;
  governor.set_limits(limits_, backoff_);
  io.run();
  EXPECT_TRUE(called);
  EXPECT_TRUE(governor.take_download(second));
}

}  // namespace
}  // namespace reeld::engine
