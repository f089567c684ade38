#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string shots(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
  return lines;
}

TEST(ControlSubmitTest, SubmitsAFileAndWaitsForItsEnd) {
  Daemon daemon;
  daemon.start();
  const auto file = daemon.data() / "rain.json";
  drop_file(file, guide_job("Rain").dump());
  const Finished done = daemon.reeld({"submit", "--wait", file.string()});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_NE(done.output.find("1 job in batch rain"), std::string::npos) << done.output;
  EXPECT_NE(done.output.find("downloading -> succeeded"), std::string::npos) << done.output;
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
}

TEST(ControlSubmitTest, TakesJobsFromStandardInputAndPrintsTheirIdsAlone) {
  Daemon daemon;
  daemon.start();
  const Finished taken = daemon.reeld({"submit", "-", "--ids", "--batch", "night"}, shots(3));
  ASSERT_EQ(taken.exit_code, 0) << taken.output;
  const auto ids = lines_of(taken.output);
  ASSERT_EQ(ids.size(), 3U);
  ASSERT_TRUE(daemon.settled(3));
  for (const Json& job : daemon.jobs()) {
    EXPECT_EQ(job.at("batch_name"), "night");
    EXPECT_NE(std::ranges::find(ids, job.at("id").get<std::string>()), ids.end());
  }
}

TEST(ControlSubmitTest, ASingleDocumentFromStandardInputIsOneJob) {
  Daemon daemon;
  daemon.start();
  const Finished taken = daemon.reeld({"submit", "-", "--json"}, guide_job("Rain").dump(2));
  ASSERT_EQ(taken.exit_code, 0) << taken.output;
  const Json answer = Json::parse(taken.output);
  EXPECT_EQ(answer.at("jobs").size(), 1U);
  EXPECT_EQ(answer.at("file"), "-");
  EXPECT_TRUE(daemon.settled(1));
}

TEST(ControlSubmitTest, UnderOneKeyNothingIsTakenInTwice) {
  Daemon daemon;
  daemon.start();
  const Finished first = daemon.reeld({"submit", "-", "--ids", "--key", "night-1"}, shots(2));
  const Finished again = daemon.reeld({"submit", "-", "--ids", "--key", "night-1"}, shots(2));
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(first.output, again.output);
  EXPECT_EQ(daemon.jobs().size(), 2U);
  EXPECT_EQ(daemon.reeld({"submit", "-", "--key", "night-1"}, shots(3)).exit_code, 1);
  EXPECT_EQ(daemon.jobs().size(), 2U);
}

TEST(ControlSubmitTest, TellsEveryProblemAndTakesNothingIn) {
  Daemon daemon;
  daemon.start();
  Json wrong = guide_job("Rain");
  wrong["parameters"]["duration"] = 7;
  const Finished refused = daemon.reeld({"submit", "-"}, shots(1) + wrong.dump() + "\nnonsense\n");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.output.find("-: line 2: parameters.duration: 7 is not one of 6, 8 (ltxv-2.0-pro)"),
            std::string::npos)
      << refused.output;
  EXPECT_NE(refused.output.find("line 3"), std::string::npos) << refused.output;
  EXPECT_TRUE(daemon.jobs().empty());
}

TEST(ControlSubmitTest, ChecksWithoutTakingAnythingIn) {
  Daemon daemon;
  daemon.start();
  const Finished fine = daemon.reeld({"submit", "--check", "-"}, shots(2));
  EXPECT_EQ(fine.exit_code, 0);
  EXPECT_EQ(fine.output, "-: fine, 2 jobs\n");
  Json wrong = guide_job("Rain");
  wrong["parameters"]["duration"] = 7;
  EXPECT_EQ(daemon.reeld({"submit", "--check", "-"}, wrong.dump()).exit_code, 1);
  EXPECT_TRUE(daemon.jobs().empty());
}

TEST(ControlSubmitTest, AFileThatIsNotThereIsToldBeforeAnythingIsSent) {
  Daemon daemon;
  daemon.start();
  const auto file = daemon.data() / "rain.json";
  drop_file(file, guide_job("Rain").dump());
  EXPECT_EQ(daemon.reeld({"submit", file.string(), "/none.json"}).exit_code, 66);
  EXPECT_EQ(daemon.reeld({"submit", "/etc/hostname"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"submit", file.string(), file.string(), "--key", "k"}).exit_code, 2);
  EXPECT_TRUE(daemon.jobs().empty());
}

TEST(ControlSubmitTest, WaitExitsByTheResult) {
  Daemon daemon;
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_after", "match": "Lost"}])");
  daemon.start();
  EXPECT_EQ(daemon.reeld({"submit", "--wait", "--ids", "-"}, guide_job("Lost").dump()).exit_code, 75);
  EXPECT_EQ(daemon.reeld({"pause"}).exit_code, 0);
  const Finished held = daemon.reeld({"submit", "--ids", "-", "--batch", "snow"}, guide_job("Snow").dump());
  const std::string id = lines_of(held.output).at(0);
  EXPECT_EQ(daemon.reeld({"cancel", id}).exit_code, 0);
  EXPECT_EQ(daemon.reeld({"watch", id}).exit_code, 1);
  EXPECT_EQ(daemon.reeld({"watch", "--batch", "snow"}).exit_code, 1);
}

TEST(ControlSubmitTest, WithoutADaemonSaysHowToStartOne) {
  const Daemon daemon;
  const Finished refused = daemon.reeld({"submit", "-"}, guide_job("Rain").dump());
  EXPECT_EQ(refused.exit_code, 69);
  EXPECT_NE(refused.output.find("the daemon is not running"), std::string::npos) << refused.output;
  EXPECT_NE(refused.output.find("reeld serve"), std::string::npos) << refused.output;
}

}  // namespace
}  // namespace reeld::test
