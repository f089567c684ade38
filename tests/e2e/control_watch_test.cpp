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

TEST(ControlWatchTest, PrintsAnObjectForEachEventToPrograms) {
  Daemon daemon;
  daemon.start();
  const auto output = daemon.data() / "watch.txt";
  Process watch({daemon.command({"watch", "--json"}), daemon.environment(), output, ""});
  // The whole queue has no end, so the first event says that it listens.
  ASSERT_TRUE(eventually([&] {
    daemon.reeld({"pause", "to be heard"});
    daemon.reeld({"resume"});
    return read_file(output).find("queue_paused") != std::string::npos;
  }));
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return read_file(output).find("\"succeeded\"") != std::string::npos; }));
  std::istringstream lines(read_file(output));
  std::int64_t last = 0;
  for (std::string line; std::getline(lines, line);) {
    const Json event = Json::parse(line);
    EXPECT_GT(event.at("id").get<std::int64_t>(), last);
    last = event.at("id");
  }
}

TEST(ControlWatchTest, GoesOnAfterARestartOfTheDaemonWithoutMissingAnything) {
  Daemon daemon;
  daemon.start();
  ASSERT_EQ(daemon.reeld({"pause"}).exit_code, 0);
  const Finished taken = daemon.reeld({"submit", "-", "--ids"}, guide_job("Rain").dump());
  const std::string id = taken.output.substr(0, taken.output.find('\n'));
  const auto output = daemon.data() / "watch.txt";
  Process watch({daemon.command({"watch", id}), daemon.environment(), output, ""});
  // It is connected once it tells of an event.
  ASSERT_TRUE(eventually([&] {
    daemon.reeld({"hold", id});
    daemon.reeld({"release", id});
    return read_file(output).find("-> queued") != std::string::npos || watch.wait(0ms).has_value();
  }));
  if (watch.wait(0ms)) GTEST_SKIP() << "it saw the job held, and so at rest";
  EXPECT_EQ(daemon.stop(), 0);
  daemon.start();
  ASSERT_EQ(daemon.reeld({"resume"}).exit_code, 0);
  EXPECT_EQ(watch.wait(60s), 0) << read_file(output);
  const std::string told = read_file(output);
  EXPECT_NE(told.find("trying again"), std::string::npos) << told;
  EXPECT_NE(told.find("downloading -> succeeded"), std::string::npos) << told;
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
