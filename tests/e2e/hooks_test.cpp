#include <gtest/gtest.h>
#include <sys/stat.h>

#include <sstream>

#include "tests/e2e/api_client.hpp"
#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A daemon that tells a script of everything, which notes each message as a line of a file.
class HooksE2eTest : public testing::Test {
 protected:
  HooksE2eTest() {
    const fs::path script = dir_.path() / "hook";
    drop_file(script, "#!/bin/sh\n[ -e " + blocked().string() + " ] && exit 1\nmessage=$(cat)\n" +
                          "printf '%s\\n' \"$message\" >> " + notes().string() + "\n");
    ::chmod(script.c_str(), 0755);
    daemon_.set("hooks.command", script.string());
  }

  /// The messages so far.
  std::vector<Json> told() const {
    std::vector<Json> messages;
    std::istringstream lines(read_file(notes()));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) messages.push_back(Json::parse(line));
    }
    return messages;
  }
  bool hears(const std::string& event) const {
    return eventually([&] {
      return std::ranges::any_of(told(), [&](const Json& message) { return message.at("event") == event; });
    });
  }
  Json message(const std::string& event) const {
    for (const Json& message : told()) {
      if (message.at("event") == event) return message;
    }
    return nullptr;
  }
  fs::path notes() const { return dir_.path() / "notes"; }
  /// While it is there, the hook fails.
  fs::path blocked() const { return dir_.path() / "blocked"; }

  TempDir dir_;
  Daemon daemon_;
};

TEST_F(HooksE2eTest, TellsOfAFinishedJobAndItsBatch) {
  daemon_.start();
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(hears("job.succeeded")) << read_file(daemon_.log_file());
  ASSERT_TRUE(hears("batch.finished"));
  const Json job = message("job.succeeded").at("job");
  EXPECT_EQ(job.at("name"), "rain");
  EXPECT_TRUE(fs::exists(daemon_.results() / job.at("films").at(0).get<std::string>()));
  EXPECT_EQ(job.at("cost").at("unit"), "DOLLARS");
  const Json batch = message("batch.finished").at("batch");
  EXPECT_EQ(batch.at("name"), "rain");
  EXPECT_EQ(batch.at("counts").at("succeeded"), 1);
  EXPECT_EQ(batch.at("films").size(), 1U);
}

TEST_F(HooksE2eTest, AFailingHookFailsNoJobAndIsToldAfterARestart) {
  drop_file(blocked(), "");
  daemon_.start();
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon_.settled(1));
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 1);
  daemon_.kill();
  EXPECT_TRUE(told().empty());
  fs::remove(blocked());
  daemon_.start();
  EXPECT_TRUE(hears("job.succeeded")) << read_file(daemon_.log_file());
  EXPECT_TRUE(hears("batch.finished"));
}

TEST_F(HooksE2eTest, TellsOfAnUnknownJobAndOfAPause) {
  daemon_.cloud().add_faults(R"([{"on": "submit", "do": "drop_after"}])");
  daemon_.start();
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(hears("job.unknown")) << read_file(daemon_.log_file());
  EXPECT_FALSE(message("job.unknown").at("job").at("error").is_null());
  EXPECT_EQ(daemon_.reeld({"pause", "lunch"}).exit_code, 0);
  ASSERT_TRUE(hears("queue.paused"));
  EXPECT_EQ(message("queue.paused").at("detail").at("reason"), "lunch");
}

TEST_F(HooksE2eTest, TellsOfAnAccountInTrouble) {
  daemon_.cloud().add_faults(R"([{"on": "me", "do": "unauthorized"}])");
  daemon_.start();
  EXPECT_TRUE(hears("account.held")) << read_file(daemon_.log_file());
  EXPECT_TRUE(hears("account.resumed"));
}

TEST_F(HooksE2eTest, AFullDiskHoldsTheQueueAndIsTold) {
  daemon_.set("results.min_free_mib", "1000000000");
  daemon_.start();
  ASSERT_TRUE(hears("disk.low")) << read_file(daemon_.log_file());
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon_.count(JobState::kQueued) == 1; }));
  const Finished shown = daemon_.reeld({"list"});
  EXPECT_NE(shown.output.find("nearly full"), std::string::npos) << shown.output;
  EXPECT_TRUE(daemon_.cloud().ledger().empty());
}

TEST_F(HooksE2eTest, ABatchThatIsRefusedFiveTimesIsHeldAndCanBeReleased) {
  daemon_.cloud().add_faults(R"([{"on": "submit", "do": "moderated", "times": 5}])");
  daemon_.set("limits.max_generations", "1");
  daemon_.start();
  std::string lines;
  for (int i = 0; i < 8; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
  daemon_.drop("shots.jsonl", lines);
  ASSERT_TRUE(hears("batch.held")) << read_file(daemon_.log_file());
  ASSERT_TRUE(eventually([&] { return daemon_.count(JobState::kHeld) == 3; }));
  EXPECT_EQ(daemon_.count(JobState::kFailed), 5);
  const Finished released = daemon_.reeld({"release", "--batch", "shots"});
  EXPECT_EQ(released.exit_code, 0) << released.output;
  ASSERT_TRUE(daemon_.settled(8));
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 3);
}

}  // namespace
}  // namespace reeld::test
