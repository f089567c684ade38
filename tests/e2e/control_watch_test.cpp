#include <gtest/gtest.h>

#include <sstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

using namespace std::chrono_literals;

TEST(ControlWatchTest, FollowsABatchToItsEndLineByLine) {
  Daemon daemon;
  daemon.start();
  ASSERT_EQ(daemon.reeld({"pause"}).exit_code, 0);
  ASSERT_EQ(daemon.reeld({"submit", "-", "--batch", "rain"}, guide_job("Rain").dump()).exit_code, 0);
  const auto output = daemon.data() / "watch.txt";
  Process watch({daemon.command({"watch", "--batch", "rain"}), daemon.environment(), output, ""});
  ASSERT_EQ(daemon.reeld({"resume"}).exit_code, 0);
  EXPECT_EQ(watch.wait(60s), 0) << read_file(output);
  const std::string told = read_file(output);
  EXPECT_NE(told.find("1 succeeded"), std::string::npos) << told;
}

TEST(ControlWatchTest, MissesNothingWhenTheDaemonIsStartedAgain) {
  Daemon daemon;
  daemon.start();
  const auto output = daemon.data() / "watch.txt";
  Process watch({daemon.command({"watch", "--json"}), daemon.environment(), output, ""});
  // Only what happens now is told, so the first event says that it listens.
  ASSERT_TRUE(eventually([&] {
    daemon.reeld({"resume"});
    daemon.reeld({"pause", "to be heard"});
    return read_file(output).find("queue_paused") != std::string::npos;
  }));
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kQueued) == 1; }));
  EXPECT_EQ(daemon.stop(), 0);
  daemon.start();
  ASSERT_EQ(daemon.reeld({"resume"}).exit_code, 0);
  ASSERT_TRUE(
      eventually([&] { return read_file(output).find("\"to\":\"succeeded\"") != std::string::npos; }));
  const std::string told = read_file(output);
  EXPECT_NE(told.find("trying again"), std::string::npos) << told;
  EXPECT_NE(told.find("connected again"), std::string::npos) << told;
  std::istringstream lines(told);
  std::int64_t last = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('{')) continue;
    const std::int64_t id = Json::parse(line).at("id");
    if (last != 0) EXPECT_EQ(id, last + 1) << told;
    last = id;
  }
}

TEST(ControlWatchTest, WhatHasEndedAlreadyEndsItAtOnce) {
  Daemon daemon;
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon.settled(1));
  const std::string id = daemon.jobs().front().at("id");
  EXPECT_EQ(daemon.reeld({"watch", id.substr(id.size() - 12)}).exit_code, 0);
  EXPECT_EQ(daemon.reeld({"watch", id, "--batch", "rain"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"watch", "--batch", "none"}).exit_code, 2);
}

}  // namespace
}  // namespace reeld::test
