#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

Finished reeld(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), REELD_BINARY);
  return run_program({arguments, {}, "", input});
}

TEST(CliTest, SaysItsVersionAndHelpsWithEveryVerb) {
  EXPECT_EQ(reeld({"--version"}).output, "reeld " REELD_VERSION "\n");
  for (const std::string verb : {"serve",  "check",  "list",  "show",    "config",  "migrate",   "submit",
                                 "watch",  "cancel", "retry", "hold",    "release", "resolve",   "pause",
                                 "resume", "stats",  "costs", "batches", "open",    "completion"}) {
    const Finished help = reeld({verb, "--help"});
    EXPECT_EQ(help.exit_code, 0) << verb;
    EXPECT_NE(help.output.find("Usage"), std::string::npos) << help.output;
  }
  EXPECT_EQ(reeld({"--help"}).exit_code, 0);
}

TEST(CliTest, NamesItsLibrariesInTheLongVersion) {
  const std::string text = reeld({"--version", "--verbose"}).output;
  EXPECT_TRUE(text.starts_with("reeld " REELD_VERSION "\n")) << text;
  for (const std::string name : {"compiler", "SQLite", "OpenSSL", "Boost", "CLI11", "fmt", "libsystemd",
                                 "nlohmann/json", "prometheus-cpp", "spdlog", "toml++"}) {
    const auto at = text.find("\n" + name + " ");
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_NE(text.find_first_of("0123456789", at), std::string::npos) << name;
  }
  EXPECT_EQ(reeld({"--verbose", "stats"}).exit_code, 2);
}

TEST(CliTest, AWrongCommandLineIsTwo) {
  EXPECT_EQ(reeld({}).exit_code, 2);
  EXPECT_EQ(reeld({"dance"}).exit_code, 2);
  EXPECT_EQ(reeld({"check"}).exit_code, 2);
  EXPECT_EQ(reeld({"list", "--frobnicate"}).exit_code, 2);
}

TEST(CliTest, ChecksFilesAndStandardInput) {
  const TempDir dir;
  const auto good = dir.path() / "good.json";
  const auto bad = dir.path() / "bad.json";
  drop_file(good, guide_job("Rain").dump());
  drop_file(bad, R"({"model": "ltxv-2.0-pro", "parameters": {"prompt": "Rain", "duration": 7}})");
  EXPECT_EQ(reeld({"check", good.string()}).exit_code, 0);
  const Finished wrong = reeld({"check", good.string(), bad.string()});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.output.find("parameters.duration: 7 is not one of 6, 8 (ltxv-2.0-pro)"), std::string::npos)
      << wrong.output;
  EXPECT_EQ(
      reeld({"check", "-"}, guide_job("Rain").dump() + "\n" + guide_job("Snow").dump() + "\n").exit_code, 0);
  EXPECT_EQ(reeld({"check", (dir.path() / "none.json").string()}).exit_code, 66);
  const Json told = Json::parse(reeld({"check", "--json", bad.string()}).output);
  EXPECT_EQ(told.at("problems").size(), 1U);
}

TEST(CliTest, AWrongConfigurationIsSeventyEight) {
  const TempDir dir;
  const auto config = dir.path() / "reeld.toml";
  std::ofstream(config) << "[limits]\nsubmits_per_minut = 5\n";
  for (const std::string verb : {"check", "show"}) {
    const Finished refused = reeld({"--config", config.string(), "config", verb});
    EXPECT_EQ(refused.exit_code, 78);
    EXPECT_NE(refused.output.find("submits_per_minute"), std::string::npos) << refused.output;
  }
  // --config may also follow the verb.
  EXPECT_EQ(reeld({"config", "check", "--config", config.string()}).exit_code, 78);
  EXPECT_EQ(reeld({"serve", "--config", config.string()}).exit_code, 78);
  std::ofstream(config) << "[limits]\nsubmits_per_minute = 5\n";
  EXPECT_EQ(reeld({"config", "check", "--config", config.string()}).exit_code, 0);
}

TEST(CliTest, MigratesAndListsAnEmptyQueue) {
  const TempDir dir;
  const std::string data = dir.path().string();
  const auto with_data = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--config", "/dev/null", "--data-dir", data});
    return reeld(arguments);
  };
  EXPECT_NE(with_data({"migrate", "status"}).output.find("missing"), std::string::npos);
  EXPECT_NE(with_data({"list"}).exit_code, 0);
  EXPECT_EQ(with_data({"migrate", "up"}).exit_code, 0);
  EXPECT_EQ(with_data({"migrate", "status"}).output.find("missing"), std::string::npos);
  const Finished none = with_data({"list"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.output, "reeld: the daemon is not running; reading the queue itself\nNo jobs.\n");
  EXPECT_EQ(with_data({"list", "--state", "sleeping"}).exit_code, 2);
  EXPECT_EQ(with_data({"show", "abcd1234"}).exit_code, 2);
}

TEST(CliTest, ShowsAJobByAPartOfItsId) {
  Daemon daemon;
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain on glass").dump());
  ASSERT_TRUE(daemon.settled(1));
  const std::string id = daemon.jobs().front().at("id");
  for (const std::string& part : {id, id.substr(id.size() - 8), id.substr(0, 20)}) {
    const Finished shown = daemon.reeld({"show", part});
    EXPECT_EQ(shown.exit_code, 0) << shown.output;
    EXPECT_NE(shown.output.find("Rain on glass"), std::string::npos);
    EXPECT_NE(shown.output.find("downloading -> succeeded"), std::string::npos) << shown.output;
  }
  const Json job = Json::parse(daemon.reeld({"show", "--json", id}).output);
  EXPECT_EQ(job.at("attempts").size(), 1U);
  EXPECT_EQ(job.at("film_files").at(0).at("published"), true);
}

}  // namespace
}  // namespace reeld::test
