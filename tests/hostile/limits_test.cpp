// A hostile service costs neither memory nor disk without end, and leads the daemon nowhere.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The most memory a process has had at once, in KiB.
long peak_memory(pid_t pid) {
  std::istringstream status(read_file("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  }
  return -1;
}

void expect_one_whole_film(Daemon& daemon) {
  ASSERT_TRUE(daemon.settled(1)) << read_file(daemon.log_file()).substr(0, 20'000);
  ASSERT_EQ(daemon.count(JobState::kSucceeded), 1) << read_file(daemon.log_file()).substr(0, 20'000);
  const auto ledger = daemon.cloud().ledger();
  ASSERT_EQ(ledger.size(), 1U);
  const fs::path film = daemon.results() / (daemon.jobs().front().at("output").get<std::string>() + ".mp4");
  EXPECT_EQ(sha256_of(read_file(film)), daemon.cloud().film_sha256(ledger[0].id, 0));
}

/// Answers without an end, and heads of a quarter of a MiB, from every endpoint in turn.
class EndlessTest : public testing::TestWithParam<const char*> {};

TEST_P(EndlessTest, AnswersDoNotFillTheMemory) {
  Daemon daemon;
  const std::string on = GetParam();
  daemon.cloud().add_faults(R"([{"on": ")" + on + R"(", "do": "endless_body"},
    {"on": ")" + on + R"(", "do": "huge_header"}])");
  daemon.start();
  std::string lines;
  for (int i = 0; i < 6; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
  daemon.drop("shots.jsonl", lines);
  ASSERT_TRUE(daemon.settled(6)) << read_file(daemon.log_file()).substr(0, 20'000);
  const int lost = on == "submit" ? 2 : 0;
  EXPECT_GE(daemon.count(JobState::kSucceeded), 6 - lost);
  EXPECT_LE(daemon.cloud().ledger().size(), 6U);
  if (on == "download") {
    EXPECT_NE(read_file(daemon.log_file()).find("the film does not end"), std::string::npos);
  }
  const long peak = peak_memory(daemon.process().pid());
  EXPECT_GT(peak, 0);
  EXPECT_LT(peak, 100 * 1024);
}

INSTANTIATE_TEST_SUITE_P(Endpoints, EndlessTest,
                         testing::Values("me", "submit", "status", "poster", "download"));

TEST(HostileServiceTest, RedirectsLeadToNoFileAndToNoPrivateAddress) {
  Daemon daemon;
  const std::string port = std::to_string(daemon.cloud().port());
  Json faults = Json::array();
  for (const std::string& to :
       {std::string("file:///etc/passwd"), "http://localhost:" + port + "/cdn/x.mp4",
        "https://127.0.0.1:" + port + "/cdn/x.mp4", std::string("https://169.254.169.254/latest/meta-data"),
        "https://user:word@localhost:" + port + "/", std::string("https://[::1]/")}) {
    faults.push_back({{"on", "download"}, {"do", "redirect"}, {"location", to}});
  }
  faults.push_back({{"on", "status"}, {"do", "redirect"}, {"location", "file:///etc/passwd"}});
  daemon.cloud().add_faults(faults.dump());
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  expect_one_whole_film(daemon);
  for (const sim::RequestRecord& request : daemon.cloud().requests()) {
    EXPECT_NE(request.endpoint, sim::Endpoint::kOther) << "a redirect was followed";
  }
  EXPECT_TRUE(daemon.cloud().violations().empty());
}

TEST(HostileServiceTest, CompressedAnswersAreNotUnpacked) {
  Daemon daemon;
  daemon.cloud().add_faults(R"([
    {"on": "status", "do": "status", "code": 200, "headers": {"Content-Encoding": "gzip"}, "body": "\u001f\u000b"},
    {"on": "download", "do": "status", "code": 200, "headers": {"Content-Encoding": "gzip"}, "body": "not a film"}])");
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  expect_one_whole_film(daemon);
}

}  // namespace
}  // namespace reeld::test
