#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <sstream>

#include "tests/e2e/daemon.hpp"
#include "tests/support/pictures.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class RenderTest : public testing::Test {
 protected:
  explicit RenderTest(sim::Options cloud = Daemon::fast_cloud()) : daemon_(std::move(cloud)) {}

  fs::path write(const std::string& name, const std::string& text) {
    const fs::path file = dir_.path() / name;
    drop_file(file, text);
    return file;
  }
  fs::path shots(int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
    return write("shots.jsonl", lines);
  }
  std::vector<std::string> arguments(std::vector<std::string> rest) const {
    rest.insert(rest.begin(), "render");
    rest.insert(rest.end(), {"-o", output().string()});
    return rest;
  }
  Finished render(std::vector<std::string> rest, const std::string& input = "") {
    return daemon_.reeld(arguments(std::move(rest)), input);
  }
  /// The same where a person looks on: on a terminal.
  Finished render_on_terminal(const std::vector<std::string>& rest) {
    std::string line;
    for (const std::string& word : daemon_.command(arguments(rest))) line += "'" + word + "' ";
    return run_program({{"script", "-qec", line, "/dev/null"}, daemon_.environment(), "", ""});
  }
  std::unique_ptr<Process> begin_render(const std::vector<std::string>& rest) {
    return std::make_unique<Process>(
        Process::Command{daemon_.command(arguments(rest)), daemon_.environment(), log(), ""});
  }
  int films() const {
    const auto files = files_below(output());
    return static_cast<int>(
        std::ranges::count_if(files, [](const fs::path& file) { return file.extension() == ".mp4"; }));
  }
  fs::path output() const { return dir_.path() / "films"; }
  fs::path state() const { return output() / ".reeld"; }
  fs::path log() const { return dir_.path() / "log"; }

  TempDir dir_;
  Daemon daemon_;
};

/// The lines of standard output: an object each. What is no object came by standard error.
std::vector<Json> objects(const std::string& output) {
  std::vector<Json> objects;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('{')) objects.push_back(Json::parse(line));
  }
  return objects;
}

Json summary_of(const Finished& done) {
  const auto all = objects(done.output);
  if (all.empty()) return nullptr;
  EXPECT_EQ(all.back().at("kind"), "summary") << done.output;
  EXPECT_EQ(all.back().at("exit_code"), done.exit_code);
  return all.back();
}

TEST_F(RenderTest, TellsEachEventAndSumsUpForPrograms) {
  const Finished done = render({shots(3).string()});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_EQ(films(), 3);
  int succeeded = 0;
  int accepted = 0;
  for (const Json& event : objects(done.output)) {
    succeeded += event.contains("to") && event.at("to") == "succeeded" ? 1 : 0;
    accepted += event.at("kind") == "batch_accepted" ? 1 : 0;
  }
  EXPECT_EQ(succeeded, 3) << done.output;
  EXPECT_EQ(accepted, 1) << done.output;
  const Json summary = summary_of(done);
  EXPECT_EQ(summary.at("succeeded"), 3);
  EXPECT_EQ(summary.at("costs"), (Json{{"DOLLARS", "1.44"}}));
  ASSERT_EQ(summary.at("films").size(), 3U);
  EXPECT_TRUE(fs::exists(summary.at("films").at(0).get<std::string>()));
}

TEST_F(RenderTest, ShowsBarsAndSumsUpForPeople) {
  const Finished done = render_on_terminal({shots(3).string()});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_NE(done.output.find("3 succeeded"), std::string::npos) << done.output;
  EXPECT_NE(done.output.find("cost: 1.44 DOLLARS"), std::string::npos) << done.output;
  EXPECT_NE(done.output.find("shots-00002.mp4"), std::string::npos) << done.output;
  EXPECT_TRUE(objects(done.output).empty()) << done.output;
  const Finished forced = render_on_terminal({shots(3).string(), "--json"});
  EXPECT_EQ(summary_of(forced).at("succeeded"), 3);
}

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

TEST_F(RenderTest, AFolderIsAllItsJobFilesAndNoDeeper) {
  const fs::path folder = dir_.path() / "jobs";
  fs::create_directories(folder / "deeper");
  drop_file(folder / "a.json", guide_job("a").dump());
  drop_file(folder / "b.json", guide_job("b").dump());
  drop_file(folder / "deeper" / "c.json", guide_job("c").dump());
  drop_file(folder / "notes.txt", "not a job");
  EXPECT_EQ(render({folder.string()}).exit_code, 0);
  EXPECT_EQ(films(), 2);
}

TEST_F(RenderTest, TakesStandardInputAndKnowsItAgain) {
  const std::string lines = guide_job("one").dump() + "\n" + guide_job("two").dump() + "\n";
  EXPECT_EQ(render({"-"}, lines).exit_code, 0);
  EXPECT_EQ(render({"-"}, lines).exit_code, 0);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U);
}

TEST_F(RenderTest, UploadsAFrameThatStandsBesideItsFile) {
  write("first.png", png(1920, 1080));
  Json job = guide_job("with a frame");
  job["parameters"]["start_frame"] = {{"file", "first.png"}};
  const std::string file = write("framed.json", job.dump()).string();
  EXPECT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(render({file}).exit_code, 0);
  ASSERT_EQ(daemon_.cloud().ledger().size(), 1U);
  write("first.png", png(1920, 1080, "another"));
  EXPECT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U) << "another picture under the same name is another job";
}

TEST_F(RenderTest, OneWrongFileKeepsAllFromBeingPaidFor) {
  Json wrong = guide_job("b");
  wrong["parameters"]["duration"] = 7;
  const Finished done = render({shots(2).string(), write("wrong.json", wrong.dump()).string()});
  EXPECT_EQ(done.exit_code, 1) << done.output;
  EXPECT_NE(done.output.find("7 is not one of 6, 8"), std::string::npos) << done.output;
  EXPECT_TRUE(daemon_.cloud().ledger().empty());
}

TEST_F(RenderTest, NothingToRenderIsSaid) {
  EXPECT_EQ(render({(dir_.path() / "none.json").string()}).exit_code, 66);
  EXPECT_EQ(render({write("notes.txt", "x").string()}).exit_code, 2);
  EXPECT_FALSE(fs::exists(output()));
}

TEST_F(RenderTest, WithoutAKeyItSaysSoInsteadOfWaiting) {
  const std::vector<std::string> command = daemon_.command(arguments({shots(1).string()}));
  const Finished done = run_program({command, {{"LEONARDO_API_KEY", ""}}, "", ""});
  EXPECT_EQ(done.exit_code, 78) << done.output;
  EXPECT_NE(done.output.find("no API key"), std::string::npos) << done.output;
}

TEST_F(RenderTest, AKeyThatIsRefusedEndsIt) {
  const std::vector<std::string> command = daemon_.command(arguments({shots(2).string()}));
  auto variables = daemon_.environment();
  variables["LEONARDO_API_KEY"] = "00000000-0000-4000-8000-00000000dead";
  const Finished done = run_program({command, variables, "", ""});
  EXPECT_EQ(done.exit_code, 78) << done.output;
  EXPECT_NE(done.output.find("refuses the API key"), std::string::npos) << done.output;
  EXPECT_EQ(summary_of(done).at("left").size(), 2U);
  EXPECT_EQ(render({shots(2).string()}).exit_code, 0);
}

TEST_F(RenderTest, AnEmptyBalanceEndsItOnceNothingRendersAnyMore) {
  daemon_.cloud().set_balance(sim::Money{4'800});
  daemon_.set("limits.max_generations", "1");
  const Finished done = render({shots(3).string()});
  EXPECT_EQ(done.exit_code, 75) << done.output;
  const Json summary = summary_of(done);
  EXPECT_EQ(summary.at("succeeded"), 1);
  EXPECT_EQ(summary.at("left").size(), 2U);
  EXPECT_NE(summary.at("reason").get<std::string>().find("balance"), std::string::npos);
  daemon_.cloud().set_balance(sim::Money{1'000'000});
  EXPECT_EQ(render({shots(3).string()}).exit_code, 0);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 3U);
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

TEST_F(RenderTest, ManyRefusalsHoldTheRestAndEndIt) {
  std::string lines;
  for (int i = 1; i <= 8; ++i) lines += guide_job("forbidden " + std::to_string(i)).dump() + "\n";
  const std::string file = write("bad.jsonl", lines).string();
  daemon_.set("limits.max_generations", "1");
  const Finished held = render({file});
  EXPECT_EQ(held.exit_code, 75) << held.output;
  const Json summary = summary_of(held);
  EXPECT_EQ(summary.at("failed"), 5);
  ASSERT_EQ(summary.at("left").size(), 3U);
  EXPECT_EQ(summary.at("left").at(0).at("state"), "held");
  EXPECT_NE(summary.at("left").at(0).at("reason").get<std::string>().find("refused for one reason"),
            std::string::npos)
      << summary;
  const Finished shown = render_on_terminal({file});
  EXPECT_EQ(shown.exit_code, 75) << shown.output;
  EXPECT_NE(shown.output.find("left, 3 jobs:"), std::string::npos) << shown.output;
  const std::string id = summary.at("left").at(0).at("id");
  EXPECT_NE(shown.output.find(id.substr(id.size() - 8)), std::string::npos) << shown.output;
}

TEST_F(RenderTest, AParkedJobEndsItWithItsId) {
  daemon_.set("reconcile.settle_time", "300ms");
  daemon_.cloud().add_faults(R"([{"on": "submit", "do": "drop_before", "match": "shot 1"}])");
  const Finished parked = render({shots(2).string()});
  EXPECT_EQ(parked.exit_code, 75) << parked.output;
  const Json summary = summary_of(parked);
  EXPECT_EQ(summary.at("succeeded"), 1);
  ASSERT_EQ(summary.at("left").size(), 1U);
  EXPECT_EQ(summary.at("left").at(0).at("state"), "parked");
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
}

TEST_F(RenderTest, KeepsItsQueueWhereItIsTold) {
  const fs::path elsewhere = dir_.path() / "queue";
  EXPECT_EQ(render({shots(2).string(), "--state", elsewhere.string()}).exit_code, 0);
  EXPECT_EQ(films(), 2);
  EXPECT_FALSE(fs::exists(state()));
  EXPECT_TRUE(fs::exists(elsewhere / "queue.db"));
}

TEST_F(RenderTest, ADryRunChecksAndSendsNothing) {
  const std::string file = shots(3).string();
  std::vector<std::string> command = daemon_.command(arguments({file, "--dry-run"}));
  const Finished plan = run_program({command, {{"LEONARDO_API_KEY", ""}}, "", ""});
  EXPECT_EQ(plan.exit_code, 0) << plan.output;
  const Json told = objects(plan.output).at(0);
  EXPECT_EQ(told.at("kind"), "plan");
  EXPECT_EQ(told.at("to_render"), 3);
  EXPECT_EQ(told.at("video_seconds"), 24);
  EXPECT_TRUE(told.at("estimated_ms").is_null());
  EXPECT_EQ(told.at("without_price"), 3);
  EXPECT_FALSE(fs::exists(output()));
  EXPECT_TRUE(daemon_.cloud().requests().empty());
  Json wrong = guide_job("b");
  wrong["parameters"]["duration"] = 7;
  const Finished refused = render({write("wrong.json", wrong.dump()).string(), "--dry-run"});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_NE(refused.output.find("7 is not one of 6, 8"), std::string::npos) << refused.output;
}

TEST_F(RenderTest, ADryRunKnowsWhatIsDoneAndWhatTheRestWillCost) {
  ASSERT_EQ(render({shots(2).string()}).exit_code, 0);
  const Json told = objects(render({shots(5).string(), "--dry-run", "--max-cost", "2"}).output).at(0);
  EXPECT_EQ(told.at("done"), 2);
  EXPECT_EQ(told.at("to_render"), 3);
  EXPECT_EQ(told.at("estimated_costs"), (Json{{"DOLLARS", "1.44"}}));
  EXPECT_EQ(told.at("spent"), "0.96");
  EXPECT_GT(told.at("estimated_ms"), 0);
  const Finished shown = render_on_terminal({shots(5).string(), "--dry-run"});
  EXPECT_NE(shown.output.find("5 jobs: 3 to render, 2 done already"), std::string::npos) << shown.output;
  EXPECT_NE(shown.output.find("0.48 DOLLARS (learned)"), std::string::npos) << shown.output;
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U);
}

class SlowRenderTest : public RenderTest {
 protected:
  SlowRenderTest() : RenderTest(slow()) {}
  static sim::Options slow() {
    sim::Options options = Daemon::fast_cloud();
    options.render_time = 1s;
    return options;
  }
};

TEST_F(SlowRenderTest, GoesOnWhereItWasInterrupted) {
  const std::string file = shots(3).string();
  for (const int signal : {SIGINT, SIGTERM}) {
    fs::remove(log());
    const auto process = begin_render({file});
    ASSERT_TRUE(eventually([&] {
      return read_file(log()).find("queue_resumed") != std::string::npos &&
             daemon_.cloud().ledger().size() == 3;
    }));
    process->signal(signal);
    EXPECT_EQ(process->wait(10s), 75) << read_file(log());
    EXPECT_EQ(films(), 0);
  }
  const auto told = objects(read_file(log()));
  EXPECT_EQ(told.back().at("left").size(), 3U) << read_file(log());
  EXPECT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(films(), 3);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 3U);
}

TEST_F(SlowRenderTest, AKillInTheMidstCostsNothingTwice) {
  daemon_.set("limits.max_generations", "3");
  daemon_.set("reconcile.settle_time", "1s");
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
