#include "tests/e2e/render_fixture.hpp"
#include "tests/support/pictures.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;

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

TEST_F(RenderTest, KeepsItsQueueWhereItIsTold) {
  const fs::path elsewhere = dir_.path() / "queue";
  EXPECT_EQ(render({shots(2).string(), "--state", elsewhere.string()}).exit_code, 0);
  EXPECT_EQ(films(), 2);
  EXPECT_FALSE(fs::exists(state()));
  EXPECT_TRUE(fs::exists(elsewhere / "queue.db"));
}

TEST_F(RenderTest, TakesAFolderWithACommaInItsName) {
  EXPECT_EQ(render({shots(1).string(), "--state", (dir_.path() / "one, two").string()}).exit_code, 0);
  EXPECT_EQ(films(), 1);
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

}  // namespace
}  // namespace reeld::test
