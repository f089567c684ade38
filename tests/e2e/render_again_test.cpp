// What the same command does when it is given again.
#include <csignal>
#include <map>

#include "tests/e2e/render_fixture.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

TEST_F(RenderTest, TheSameCommandPaysForNothingAgain) {
  const std::string file = shots(3).string();
  ASSERT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 3U);
  EXPECT_EQ(films(), 3);
}

TEST_F(RenderTest, OfAFileThatWasEditedOnlyTheNewLinesAreRendered) {
  const std::string file = shots(3).string();
  ASSERT_EQ(render({file}).exit_code, 0);
  std::string lines;
  for (const char* prompt : {"shot 0", "shot 1", "shot 2, better", "shot 3", "shot 3"})
    lines += guide_job(prompt).dump() + "\n";
  write("shots.jsonl", lines);
  const Finished done = render({file});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_EQ(summary_of(done).at("succeeded"), 5);
  std::vector<std::string> paid;
  for (const auto& entry : daemon_.cloud().ledger()) paid.push_back(entry.prompt);
  std::ranges::sort(paid);
  EXPECT_EQ(paid,
            (std::vector<std::string>{"shot 0", "shot 1", "shot 2", "shot 2, better", "shot 3", "shot 3"}));
}

TEST_F(RenderTest, TakesStandardInputAndKnowsItAgain) {
  const std::string lines = guide_job("one").dump() + "\n" + guide_job("two").dump() + "\n";
  EXPECT_EQ(render({"-"}, lines).exit_code, 0);
  EXPECT_EQ(render({"-"}, lines).exit_code, 0);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U);
}

TEST_F(RenderTest, AJobThatIsThereAlreadyCountsAsRendered) {
  Json job = guide_job("once");
  job["reeld"] = {{"id", "my-key"}};
  ASSERT_EQ(render({write("a.json", job.dump()).string()}).exit_code, 0);
  const Finished again = render({write("b.json", job.dump()).string()});
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_EQ(summary_of(again).at("succeeded"), 1);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 1U);
}

TEST_F(RenderTest, AJobOfTwoGivenFilesIsCountedOnce) {
  Json job = guide_job("once");
  job["reeld"] = {{"id", "my-key"}};
  const std::string first = write("a.json", job.dump()).string();
  const std::string second = write("b.json", job.dump()).string();
  const Finished done = render({first, second});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_EQ(summary_of(done).at("succeeded"), 1) << done.output;
  EXPECT_EQ(summary_of(done).at("costs"), (Json{{"DOLLARS", "0.48"}}));
}

TEST_F(RenderTest, WhatFailedStaysFailedUntilItIsToBeTriedAgain) {
  daemon_.set("retry.render_attempts", "1");
  daemon_.cloud().add_faults(R"([{"on": "submit", "do": "failed", "match": "shot 2"}])");
  const std::string file = shots(3).string();
  const Finished failed = render({file});
  EXPECT_EQ(failed.exit_code, 1) << failed.output;
  EXPECT_EQ(summary_of(failed).at("failures").size(), 1U);
  const Finished again = render({file});
  EXPECT_EQ(again.exit_code, 1) << again.output;
  EXPECT_EQ(summary_of(again).at("failures").at(0).at("name"), "shots-00002");
  EXPECT_EQ(daemon_.cloud().ledger().size(), 3U);
  EXPECT_EQ(render({file, "--retry-failed"}).exit_code, 0);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 4U);
}

TEST_F(RenderTest, StopsBeforeTheLimitOfCostsAndGoesOnUnderAHigherOne) {
  const std::string file = shots(5).string();
  const std::string other = write("other.json", guide_job("other").dump()).string();
  const Finished stopped = render({file, other, "--max-cost", "1.00"});
  EXPECT_EQ(stopped.exit_code, 75) << stopped.output;
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U) << "2 x 0.48 = 0.96";
  const Json summary = summary_of(stopped);
  EXPECT_EQ(summary.at("costs"), (Json{{"DOLLARS", "0.96"}}));
  ASSERT_EQ(summary.at("left").size(), 4U);
  EXPECT_NE(summary.at("left").at(0).at("reason").get<std::string>().find("--max-cost"), std::string::npos)
      << summary;
  EXPECT_EQ(render({file, other, "--max-cost", "1.00"}).exit_code, 75);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U) << "the limit is for all runs together";
  EXPECT_EQ(render({file, other, "--max-cost", "2.88"}).exit_code, 0);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 6U);
  EXPECT_EQ(render({file, "--max-cost", "much"}).exit_code, 2);
  const Finished empty = render({file, "--max-cost", ""});
  EXPECT_EQ(empty.exit_code, 2) << "a variable that is not set must not lift the limit";
  EXPECT_NE(empty.output.find("--max-cost"), std::string::npos) << empty.output;
}

sim::Options cloud_that_renders_for(std::chrono::milliseconds time) {
  sim::Options options = Daemon::fast_cloud();
  options.render_time = time;
  return options;
}

/// Interrupted long before a film is done.
class InterruptedRenderTest : public RenderTest, public testing::WithParamInterface<int> {
 protected:
  InterruptedRenderTest() : RenderTest(cloud_that_renders_for(5s)) {}
};

TEST_P(InterruptedRenderTest, GoesOnWhereItWasInterrupted) {
  const std::string file = shots(3).string();
  const auto process = begin_render({file});
  ASSERT_TRUE(eventually([&] {
    return read_file(log()).find("queue_resumed") != std::string::npos &&
           daemon_.cloud().ledger().size() == 3;
  }));
  process->signal(GetParam());
  EXPECT_EQ(process->wait(10s), 75) << read_file(log());
  EXPECT_EQ(films(), 0);
  const auto told = objects(read_file(log()));
  EXPECT_EQ(told.back().at("left").size(), 3U) << read_file(log());
  EXPECT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(films(), 3);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptedRenderTest, testing::Values(SIGINT, SIGTERM));

class SlowRenderTest : public RenderTest {
 protected:
  SlowRenderTest() : RenderTest(cloud_that_renders_for(1s)) {}
};

TEST_F(SlowRenderTest, AKillInTheMidstCostsNothingTwice) {
  daemon_.set("limits.max_generations", "3");
  daemon_.set("reconcile.settle_time", "1s");
  // A kill between the intent and its request leaves a submit that never arrived.
  daemon_.set("reconcile.if_absent", "resend");
  const std::string file = shots(9).string();
  for (const std::size_t sent : {2U, 5U, 8U}) {
    const auto process = begin_render({file});
    ASSERT_TRUE(eventually([&] { return daemon_.cloud().ledger().size() >= sent; })) << read_file(log());
    process->signal(SIGKILL);
    process->wait(10s);
  }
  const Finished done = render({file});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_EQ(films(), 9);
  std::map<std::string, int> accepted;
  for (const auto& entry : daemon_.cloud().ledger()) ++accepted[entry.prompt];
  EXPECT_EQ(accepted.size(), 9U);
  for (const auto& [prompt, times] : accepted) EXPECT_EQ(times, 1) << prompt;
}

TEST_F(SlowRenderTest, WhatWasTakenOutOfTheFileIsNotSentAnyMore) {
  daemon_.set("limits.max_generations", "1");
  const std::string file = shots(3).string();
  const auto process = begin_render({file});
  ASSERT_TRUE(eventually([&] { return daemon_.cloud().ledger().size() == 1; }));
  process->signal(SIGTERM);
  ASSERT_EQ(process->wait(10s), 75) << read_file(log());
  const std::string first = daemon_.cloud().ledger().at(0).prompt;
  write("shots.jsonl", guide_job(first).dump() + "\n");
  const Finished done = render({file});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_EQ(daemon_.cloud().ledger().size(), 1U);
  EXPECT_EQ(render({shots(3).string()}).exit_code, 0) << "back in the file, they are rendered after all";
  EXPECT_EQ(daemon_.cloud().ledger().size(), 3U);
}

}  // namespace
}  // namespace reeld::test
