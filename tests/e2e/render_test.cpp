#include <gtest/gtest.h>

#include <csignal>

#include "tests/e2e/daemon.hpp"

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
  Finished render(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "render");
    arguments.insert(arguments.end(), {"-o", output().string()});
    return daemon_.reeld(std::move(arguments));
  }
  int films() {
    const auto files = files_below(output());
    return static_cast<int>(
        std::ranges::count_if(files, [](const fs::path& file) { return file.extension() == ".mp4"; }));
  }
  fs::path output() const { return dir_.path() / "films"; }

  TempDir dir_;
  Daemon daemon_;
};

TEST_F(RenderTest, RendersAFileAndSumsUp) {
  const Finished done = render({shots(3).string()});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_EQ(films(), 3);
  EXPECT_NE(done.output.find("3 succeeded"), std::string::npos) << done.output;
  EXPECT_NE(done.output.find("DOLLARS"), std::string::npos) << done.output;
  EXPECT_NE(done.output.find("shots-00002.mp4"), std::string::npos) << done.output;
}

TEST_F(RenderTest, TheSameCommandPaysForNothingAgain) {
  const std::string file = shots(3).string();
  ASSERT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 3U);
  EXPECT_EQ(films(), 3);
}

TEST_F(RenderTest, AFolderIsAllItsJobFiles) {
  const fs::path folder = dir_.path() / "jobs";
  fs::create_directories(folder);
  drop_file(folder / "a.json", guide_job("a").dump());
  drop_file(folder / "b.json", guide_job("b").dump());
  drop_file(folder / "notes.txt", "not a job");
  EXPECT_EQ(render({folder.string()}).exit_code, 0);
  EXPECT_EQ(films(), 2);
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
}

TEST_F(RenderTest, WithoutAKeyItSaysSoInsteadOfWaiting) {
  std::vector<std::string> command = daemon_.command({"render", shots(1).string(), "-o", output().string()});
  const Finished done = run_program({command, {{"LEONARDO_API_KEY", ""}}, "", ""});
  EXPECT_EQ(done.exit_code, 78) << done.output;
  EXPECT_NE(done.output.find("no API key"), std::string::npos) << done.output;
}

TEST_F(RenderTest, AJobThatIsThereAlreadyCountsAsRendered) {
  Json job = guide_job("once");
  job["reeld"] = {{"id", "my-key"}};
  ASSERT_EQ(render({write("a.json", job.dump()).string()}).exit_code, 0);
  const Finished again = render({write("b.json", job.dump()).string()});
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_NE(again.output.find("1 succeeded"), std::string::npos) << again.output;
  EXPECT_EQ(daemon_.cloud().ledger().size(), 1U);
}

TEST_F(RenderTest, PrintsASummaryForPrograms) {
  const Finished done = render({shots(1).string(), "--json"});
  ASSERT_EQ(done.exit_code, 0) << done.output;
  const auto begin = done.output.rfind("\n{") + 1;
  const Json summary = Json::parse(done.output.substr(begin, done.output.find('\n', begin) - begin));
  EXPECT_EQ(summary.at("succeeded"), 1);
  EXPECT_TRUE(fs::exists(summary.at("films").at(0).get<std::string>()));
}

class SlowRenderTest : public RenderTest {
 protected:
  SlowRenderTest() : RenderTest(slow()) {}
  static sim::Options slow() {
    sim::Options options = Daemon::fast_cloud();
    options.render_time = 1500ms;
    return options;
  }
};

TEST_F(SlowRenderTest, GoesOnWhereItWasInterrupted) {
  const std::string file = shots(3).string();
  std::vector<std::string> command = daemon_.command({"render", file, "-o", output().string()});
  Process process(Process::Command{command, daemon_.environment(), dir_.path() / "log", ""});
  ASSERT_TRUE(eventually([&] { return daemon_.cloud().ledger().size() == 3; }));
  process.signal(SIGINT);
  EXPECT_EQ(process.wait(30s), 75) << read_file(dir_.path() / "log");
  EXPECT_EQ(films(), 0);
  EXPECT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(films(), 3);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 3U);
}

}  // namespace
}  // namespace reeld::test
