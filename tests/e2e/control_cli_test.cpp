#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;

/// The JSON object in what a verb said; without a daemon a line of standard error stands before it.
Json object_in(const Finished& finished) {
  return Json::parse(finished.output.substr(finished.output.find('{')));
}

std::set<std::string> members(const Json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

TEST(ControlCliTest, ShowsTheSameWithAndWithoutTheDaemon) {
  Daemon daemon;
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon.settled(1));
  const Json listed = daemon.jobs().front();
  const std::string id = listed.at("id");
  const Json shown = object_in(daemon.reeld({"show", "--json", id}));
  const Json stats = object_in(daemon.reeld({"stats", "--json"}));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.jobs().front(), listed);
  EXPECT_EQ(object_in(daemon.reeld({"show", "--json", id.substr(id.size() - 12)})), shown);
  const Finished alone = daemon.reeld({"stats", "--json"});
  EXPECT_NE(alone.output.find("the daemon is not running"), std::string::npos) << alone.output;
  EXPECT_EQ(members(object_in(alone)), members(stats));
}

TEST(ControlCliTest, ListsByStateBatchTagModelAndText) {
  Daemon daemon;
  daemon.start();
  ASSERT_EQ(daemon.reeld({"pause"}).exit_code, 0);
  Json tagged = guide_job("Snow on the roofs");
  tagged["reeld"]["tags"] = {"ep1"};
  daemon.drop("rain.json", guide_job("Rain").dump());
  daemon.drop("snow.json", tagged.dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kQueued) == 2; }));
  const auto count = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"list", "--json"});
    const std::string output = daemon.reeld(arguments).output;
    return std::ranges::count(output, '\n');
  };
  EXPECT_EQ(count({"--state", "queued,failed"}), 2);
  EXPECT_EQ(count({"--state", "failed"}), 0);
  EXPECT_EQ(count({"--batch", "rain"}), 1);
  EXPECT_EQ(count({"--tag", "ep1"}), 1);
  EXPECT_EQ(count({"--model", "ltxv-2.0-pro"}), 2);
  EXPECT_EQ(count({"--text", "roofs"}), 1);
  EXPECT_EQ(count({"--limit", "1"}), 1);
  EXPECT_EQ(count({"--limit", "0"}), 2);
  const Finished table = daemon.reeld({"list"});
  EXPECT_NE(table.output.find("REMARK"), std::string::npos);
  EXPECT_EQ(table.output.find('\x1b'), std::string::npos);
  EXPECT_EQ(daemon.reeld({"list", "--state", "sleeping"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"show", "ffffffff"}).exit_code, 2);
}

TEST(ControlCliTest, SumsUpWhatThereIs) {
  Daemon daemon;
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon.settled(1));
  const Finished stats = daemon.reeld({"stats"});
  EXPECT_NE(stats.output.find("1 succeeded"), std::string::npos) << stats.output;
  const Json costs = object_in(daemon.reeld({"costs", "--json", "--by", "batch", "--since", "1h"}));
  EXPECT_EQ(costs.at("total").at("renders"), 1);
  EXPECT_EQ(costs.at("costs").at(0).at("label"), "rain");
  EXPECT_NE(daemon.reeld({"costs"}).output.find("DOLLARS"), std::string::npos);
  EXPECT_EQ(daemon.reeld({"costs", "--since", "yesterday"}).exit_code, 2);
  EXPECT_EQ(daemon.reeld({"costs", "--by", "colour"}).exit_code, 2);
  const Json batch = object_in(daemon.reeld({"batches", "--json"}));
  EXPECT_EQ(batch.at("name"), "rain");
  EXPECT_EQ(batch.at("counts").at("succeeded"), 1);
  EXPECT_NE(daemon.reeld({"batches"}).output.find("SUCCEEDED"), std::string::npos);
}

TEST(ControlCliTest, ALivingDaemonThatDoesNotAnswerIsToldApart) {
  Daemon daemon;
  daemon.start();
  fs::remove(daemon.data() / "reeld.sock");
  const Finished refused = daemon.reeld({"list"});
  EXPECT_EQ(refused.exit_code, 75);
  EXPECT_NE(refused.output.find("in use by process"), std::string::npos) << refused.output;
}

TEST(ControlCliTest, ReachesADaemonByItsAddressWithItsToken) {
  Daemon daemon;
  const auto token_file = daemon.data().parent_path() / "token";
  std::ofstream(token_file) << "a-token-of-thirty-two-characters\n";
  ::chmod(token_file.c_str(), 0600);
  // Below the ephemeral ports, and beside those of the other tests.
  const std::string address = "127.0.0.1:" + std::to_string(10'000 + ::getpid() % 10'000);
  daemon.set("http.listen", address);
  daemon.set("http.token_file", token_file.string());
  daemon.start();
  const std::string url = "http://" + address;
  const Finished refused = daemon.reeld({"--url", url, "list"});
  EXPECT_EQ(refused.exit_code, 78);
  EXPECT_NE(refused.output.find("--token-file"), std::string::npos) << refused.output;
  EXPECT_EQ(daemon.reeld({"list", "--url", url, "--token-file", token_file.string()}).output, "No jobs.\n");
  const Finished link = daemon.reeld({"open"});
  EXPECT_EQ(link.exit_code, 0);
  EXPECT_TRUE(link.output.starts_with(url + "/login?code=")) << link.output;
}

TEST(ControlCliTest, WithoutATokenOpenPrintsTheDashboardsAddress) {
  Daemon daemon;
  const std::string address = "127.0.0.1:" + std::to_string(10'000 + ::getpid() % 10'000);
  daemon.set("http.listen", address);
  daemon.start();
  EXPECT_EQ(daemon.reeld({"open"}).output, "http://" + address + "/\n");
}

}  // namespace
}  // namespace reeld::test
