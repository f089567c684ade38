// What `reeld doctor` says about good and bad installations.
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class DoctorTest : public testing::Test {
 protected:
  static Json ask(const Daemon& daemon, std::vector<std::string> options = {}) {
    std::vector<std::string> arguments{"doctor", "--json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Finished finished = daemon.reeld(arguments);
    const std::size_t brace = finished.output.find('{');
    if (brace == std::string::npos) return {{"output", finished.output}};
    Json report = Json::parse(finished.output.substr(brace));
    EXPECT_EQ(finished.exit_code, report.at("healthy") == true ? 0 : 1);
    return report;
  }

  /// The words of the first finding with this verdict; "" where there is none.
  static std::string words(const Json& report, const std::string& check, const std::string& verdict) {
    for (const Json& finding : report.at("checks")) {
      if (finding.at("check") == check && finding.at("verdict") == verdict) return finding.at("words");
    }
    return "";
  }
};

TEST_F(DoctorTest, AGoodInstallationIsHealthyWithAndWithoutItsDaemon) {
  Daemon daemon;
  daemon.start();
  const Json with = ask(daemon);
  EXPECT_EQ(with.at("problems"), 0) << with.dump(1);
  for (const char* check : {"daemon", "key", "connection", "account", "clock", "integrity", "permissions"}) {
    EXPECT_NE(words(with, check, "ok"), "") << check << with.dump(1);
  }
  // How long a sync takes is the machine's business.
  EXPECT_NE(words(with, "fdatasync", "ok") + words(with, "fdatasync", "warning"), "") << with.dump(1);
  EXPECT_EQ(ask(daemon, {"--quick"}).at("healthy"), true);
  daemon.stop();
  EXPECT_EQ(ask(daemon).at("healthy"), true);
  EXPECT_EQ(ask(daemon, {"--quick"}).at("healthy"), false) << "a health check needs the daemon";
}

TEST_F(DoctorTest, NamesABadClockAndABadCertificate) {
  sim::Options skewed = Daemon::fast_cloud();
  skewed.clock_skew = 10min;
  EXPECT_NE(words(ask(Daemon(skewed)), "clock", "problem").find("behind"), std::string::npos);
  sim::Options expired = Daemon::fast_cloud();
  expired.expired_cert = true;
  EXPECT_NE(words(ask(Daemon(expired)), "connection", "problem").find("expired"), std::string::npos);
  sim::Options foreign = Daemon::fast_cloud();
  foreign.wrong_host_cert = true;
  EXPECT_NE(words(ask(Daemon(foreign)), "connection", "problem"), "");
}

TEST_F(DoctorTest, NamesARefusedKeyAndANameThatIsNotFound) {
  Daemon daemon;
  daemon.cloud().add_faults(R"([{"on": "me", "do": "unauthorized", "times": 1}])");
  EXPECT_NE(words(ask(daemon), "key", "problem").find("does not take the key"), std::string::npos);
  daemon.set("leonardo.base_url", "https://nowhere.invalid/api/rest");
  EXPECT_NE(words(ask(daemon), "dns", "problem").find("nowhere.invalid"), std::string::npos);
}

TEST_F(DoctorTest, SaysTheRestWhenTheServiceCannotEvenBeAsked) {
  Daemon daemon;
  daemon.start();
  daemon.set("leonardo.ca_file", "/nowhere/ca.pem");
  const Json report = ask(daemon);
  EXPECT_NE(words(report, "connection", "problem").find("/nowhere/ca.pem"), std::string::npos)
      << report.dump(1);
  EXPECT_NE(words(report, "integrity", "ok"), "");
}

TEST_F(DoctorTest, NamesAQueueThatOthersMayRead) {
  Daemon daemon;
  daemon.start();
  fs::permissions(daemon.data() / "queue.db", fs::perms(0644));
  EXPECT_NE(words(ask(daemon), "permissions", "problem").find("chmod 600"), std::string::npos);
}

TEST_F(DoctorTest, WarnsOfClaimsThatNobodyWorksOn) {
  Daemon daemon;
  daemon.start();
  ASSERT_EQ(daemon.stop(), 0);
  const fs::path claim = daemon.incoming().parent_path() / "claimed" / "some-batch";
  fs::create_directory(claim);
  EXPECT_EQ(words(ask(daemon), "spool", "warning"), "") << "intake may be working on it";
  fs::last_write_time(claim, fs::file_time_type::clock::now() - 10min);
  EXPECT_NE(words(ask(daemon), "spool", "warning").find("1 claim in"), std::string::npos);
}

TEST_F(DoctorTest, WhoMayNotLookIntoTheDataFolderGetsNoAdviceToTakeItAway) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may be another user";
  Daemon daemon;
  const fs::path key = daemon.data().parent_path() / "key";
  drop_file(key, daemon.api_key());
  fs::permissions(key, fs::perms(0600));
  fs::permissions(key.parent_path(), fs::perms(0755));
  daemon.set("leonardo.api_key_file", key.string());
  daemon.start();
  const auto ask_as_nobody = [&](const std::vector<std::string>& verb) {
    auto command = daemon.command(verb);
    command.insert(command.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
    return run_program({command, daemon.environment(), "", ""}).output;
  };
  const std::string report = ask_as_nobody({"doctor"});
  EXPECT_NE(report.find("run doctor as the daemon's user"), std::string::npos) << report;
  for (const char* harmful : {"chown", "another process has the port", "refuses to start", "put the key"})
    EXPECT_EQ(report.find(harmful), std::string::npos) << report;
  const std::string checked = ask_as_nobody({"config", "check"});
  EXPECT_NE(checked.find("this user may not read " + key.string()), std::string::npos) << checked;
  EXPECT_EQ(checked.find("submits are held"), std::string::npos) << checked;
}

TEST_F(DoctorTest, NamesJobsThatWaitForAPerson) {
  Daemon daemon;
  // The answer is lost, and the list that would show what became of it never comes.
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "drop_after"},
    {"on": "list", "do": "status", "code": 503, "times": 0}])");
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kUnknown) == 1; }))
      << read_file(daemon.log_file());
  const Json report = ask(daemon);
  EXPECT_NE(words(report, "jobs", "warning"), "") << report.dump(1);
}

TEST_F(DoctorTest, AConfigurationThatIsWrongIs78) {
  Daemon daemon;
  daemon.set("limits.max_generations", "many");
  EXPECT_EQ(daemon.reeld({"doctor"}).exit_code, 78);
}

TEST_F(DoctorTest, AsksTheServiceForWhatIsUndocumented) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.echo_seed = false;
  Daemon daemon(cloud);
  EXPECT_EQ(daemon.reeld({"doctor", "--live", "--spend"}).exit_code, 2) << "money is spent by a yes only";
  EXPECT_TRUE(daemon.cloud().ledger().empty());
  const Json report = ask(daemon, {"--live", "--spend", "--yes"});
  ASSERT_EQ(daemon.cloud().ledger().size(), 1U);
  EXPECT_NE(words(report, "served", "ok").find(daemon.cloud().ledger()[0].id), std::string::npos);
  EXPECT_NE(words(report, "seed", "warning"), "") << report.dump(1);
  EXPECT_NE(words(report, "list", "ok"), "");
  EXPECT_NE(words(report, "render", "ok"), "");
  EXPECT_FALSE(fs::exists(daemon.data() / "queue.db")) << "the queue knows nothing of it";
  EXPECT_NE(words(ask(daemon, {"--live"}), "seeds", "warning"), "");
}

}  // namespace
}  // namespace reeld::test
