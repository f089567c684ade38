#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <sstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A daemon whose settings stand in a file, which SIGHUP makes it read again.
class ReloadTest : public testing::Test {
 protected:
  explicit ReloadTest(Duration render_time = 200ms) : daemon_(cloud(render_time)) {
    daemon_.use_config(file());
    daemon_.leave_to_file("log.level");
    write("");
  }

  static sim::Options cloud(Duration render_time) {
    sim::Options options = Daemon::fast_cloud();
    options.render_time = render_time;
    return options;
  }

  /// The file: quick settings, and these.
  void write(const std::string& settings, int max_generations = 10) {
    const std::string limits = "max_generations = " + std::to_string(max_generations);
    drop_file(file(), "limits = { submits_per_minute = 0, requests_per_minute = 0, " + limits +
                          " }\npoll = { first = '100ms', min_interval = '100ms', max_interval = '300ms' }\n"
                          "spool = { settle = '100ms' }\n" +
                          settings);
  }
  void hang_up() { daemon_.process().signal(SIGHUP); }
  /// Waits until what the file says was taken.
  bool reload() {
    const auto before = reloads();
    hang_up();
    return eventually([&] { return reloads() > before; }, 20);
  }
  std::size_t reloads() const {
    std::size_t count = 0;
    const std::string text = log();
    for (auto at = text.find(" reloaded"); at != std::string::npos; at = text.find(" reloaded", at + 1))
      ++count;
    return count;
  }
  bool logs(const std::string& words) const {
    return eventually([&] { return log().find(words) != std::string::npos; }, 20);
  }
  std::string log() const { return read_file(daemon_.log_file()); }
  void drop_jobs(const std::string& batch, int jobs) {
    std::string lines;
    for (int i = 0; i < jobs; ++i) lines += guide_job(batch + std::to_string(i)).dump() + "\n";
    daemon_.drop(batch + ".jsonl", lines);
  }
  Json limits() const { return Json::parse(daemon_.reeld({"stats", "--json"}).output).at("limits"); }
  /// A program that writes this word down for each job that it is told of.
  fs::path hook(const std::string& word) const {
    const fs::path script = dir_.path() / word;
    drop_file(script,
              "#!/bin/sh\n[ -z \"$REELD_JOB_ID\" ] || echo " + word + " >> " + told().string() + "\n");
    ::chmod(script.c_str(), 0755);
    return script;
  }
  fs::path told() const { return dir_.path() / "told"; }
  fs::path file() const { return dir_.path() / "reeld.toml"; }

  TempDir dir_;
  Daemon daemon_;
};

/// Renders last until the test is over.
class LongRenderTest : public ReloadTest {
 protected:
  LongRenderTest() : ReloadTest(1h) {}
};

TEST_F(LongRenderTest, ARaisedLimitLetsQueuedJobsGo) {
  write("", 1);
  daemon_.start();
  drop_jobs("shots", 3);
  ASSERT_TRUE(eventually(
      [&] { return daemon_.count(JobState::kGenerating) == 1 && daemon_.count(JobState::kQueued) == 2; }));
  write("", 2);
  hang_up();
  ASSERT_TRUE(eventually([&] { return daemon_.count(JobState::kGenerating) == 2; })) << log();
  EXPECT_EQ(daemon_.count(JobState::kQueued), 1);
  EXPECT_EQ(limits().at("max_generations"), 2);
  EXPECT_TRUE(logs("changed: limits.max_generations = 2 (was 1)")) << log();
}

TEST_F(LongRenderTest, AConfigurationWithAMistakeChangesNothingAndAllMistakesAreTold) {
  daemon_.start();
  write("budget = { per_day = 'plenty' }\nfilms = 3\n", 1);
  hang_up();
  ASSERT_TRUE(logs("the old one stays in force")) << log();
  std::istringstream told(daemon_.reeld({"config", "check"}).output);
  int mistakes = 0;
  for (std::string line; std::getline(told, line); ++mistakes) {
    ASSERT_TRUE(line.starts_with("reeld: ")) << line;
    EXPECT_TRUE(logs(line.substr(7))) << log();
  }
  EXPECT_EQ(mistakes, 2);
  // Nor was what is right in it taken.
  write("");
  ASSERT_TRUE(reload());
  EXPECT_TRUE(logs("nothing that is in force has changed")) << log();
  EXPECT_EQ(limits().at("max_generations"), 10);
}

TEST_F(LongRenderTest, WhatNeedsARestartIsNamedAndStaysAsItWas) {
  daemon_.start();
  write("results = { mode = '0600', min_free_mib = 1 }\nframes = { max_mib = 1 }\n", 3);
  ASSERT_TRUE(reload());
  EXPECT_TRUE(logs("needs a restart: results.mode")) << log();
  EXPECT_TRUE(logs("needs a restart: frames.max_mib")) << log();
  EXPECT_EQ(limits().at("max_generations"), 3);
  EXPECT_EQ(log().find("needs a restart: limits"), std::string::npos);
}

TEST_F(ReloadTest, AKeyThatComesLaterLetsSubmitsGoAtOnce) {
  const fs::path key = dir_.path() / "key";
  write("leonardo = { api_key_file = '" + key.string() + "' }");
  daemon_.start();
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon_.count(JobState::kQueued) == 1; }));
  EXPECT_NE(daemon_.reeld({"list"}).output.find(key.string()), std::string::npos);
  // Without a key before, its absence is no mistake.
  ASSERT_TRUE(reload()) << log();
  drop_file(key, daemon_.api_key() + "\n");
  ::chmod(key.c_str(), 0600);
  hang_up();
  ASSERT_TRUE(daemon_.settled(1)) << log();
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 1);
  EXPECT_EQ(log().find(daemon_.api_key()), std::string::npos);
}

TEST_F(ReloadTest, AKeyThatWorksIsNotGivenUpForAFileThatCannotBeRead) {
  const fs::path key = dir_.path() / "key";
  drop_file(key, daemon_.api_key());
  ::chmod(key.c_str(), 0600);
  write("leonardo = { api_key_file = '" + key.string() + "' }");
  daemon_.start();
  fs::remove(key);
  hang_up();
  ASSERT_TRUE(logs("the old one stays in force")) << log();
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon_.settled(1));
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 1);
}

TEST_F(ReloadTest, AWrongKeyHoldsSubmitsUntilTheRightOneIsBack) {
  const fs::path key = dir_.path() / "key";
  const auto use = [&](const std::string& text) {
    drop_file(key, text);
    ::chmod(key.c_str(), 0600);
  };
  use(daemon_.api_key());
  write("leonardo = { api_key_file = '" + key.string() + "' }");
  daemon_.start();
  use("99999999-0000-4000-8000-00000000c0de");
  hang_up();
  ASSERT_TRUE(logs("the account does not answer")) << log();
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon_.count(JobState::kQueued) == 1; }));
  use(daemon_.api_key());
  hang_up();
  ASSERT_TRUE(daemon_.settled(1)) << log();
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 1);
}

TEST_F(ReloadTest, TheLogBecomesLouderAndQuieter) {
  write("log = { level = 'error' }");
  daemon_.start();
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon_.settled(1));
  EXPECT_EQ(log(), "");
  write("log = { level = 'info' }");
  hang_up();
  ASSERT_TRUE(logs("log.level = \"info\" (was \"error\")")) << log();
  daemon_.drop("snow.json", guide_job("Snow").dump());
  ASSERT_TRUE(daemon_.settled(2));
  EXPECT_TRUE(logs("name=snow"));
  write("log = { level = 'error' }");
  hang_up();
  ASSERT_TRUE(logs("log.level = \"error\" (was \"info\")")) << log();
  daemon_.drop("wind.json", guide_job("Wind").dump());
  ASSERT_TRUE(daemon_.settled(3));
  EXPECT_EQ(log().find("name=wind"), std::string::npos);
}

TEST_F(ReloadTest, HooksComeChangeAndGo) {
  daemon_.start();
  int jobs = 0;
  const auto finish_one = [&] {
    drop_jobs("batch" + std::to_string(++jobs), 1);
    return daemon_.settled(jobs);
  };
  ASSERT_TRUE(finish_one());
  // None for the third job: what happens meanwhile is nobody's, also when there is one again.
  std::string told_of;
  for (const std::string word : {"first", "second", "", "last"}) {
    const std::string settings =
        "hooks = { command = '" + hook(word + "-hook").string() + "', events = ['job.succeeded'] }\n";
    write(word.empty() ? "" : settings);
    ASSERT_TRUE(reload()) << log();
    ASSERT_TRUE(finish_one());
    if (!word.empty()) told_of += word + "-hook\n";
    ASSERT_TRUE(eventually([&] { return read_file(told()) == told_of; }, 20)) << read_file(told());
  }
}

TEST_F(ReloadTest, ManyReloadsInMidWorkLoseNothing) {
  daemon_.start();
  const fs::path output = dir_.path() / "watch";
  Process watch({daemon_.command({"watch", "--json"}), daemon_.environment(), output, ""});
  drop_jobs("shots", 12);
  for (int i = 0; daemon_.count(JobState::kSucceeded) < 12; ++i) {
    write("", 1 + i % 4);
    for (int j = 0; j < 20; ++j) hang_up();
    ASSERT_LT(i, 500) << log();
  }
  EXPECT_EQ(daemon_.cloud().ledger().size(), 12U);
  EXPECT_TRUE(eventually([&] { return read_file(output).find("config_reloaded") != std::string::npos; }));
  EXPECT_EQ(daemon_.stop(), 0);
}

}  // namespace
}  // namespace reeld::test
