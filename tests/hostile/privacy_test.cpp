// What a run leaves behind is closed to others, and holds no secret.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

mode_t mode_of(const fs::path& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0;
}

/// The files and folders that a run leaves, and what others may do with them.
void expect_closed(const fs::path& data) {
  int seen = 0;
  for (const auto& item : fs::recursive_directory_iterator(data)) {
    const fs::path& path = item.path();
    // What people drop keeps the mode that they gave it.
    if (path.filename() == "rain.json" || path.filename() == "bad.json") continue;
    ++seen;
    const mode_t mode = mode_of(path);
    if (path.filename() == "incoming") {
      EXPECT_EQ(mode, 02770U) << path;
    } else if (item.is_directory()) {
      EXPECT_EQ(mode & ~02000U, 0750U) << path;
    } else if (item.is_socket()) {
      EXPECT_EQ(mode, 0660U) << path;
    } else {
      EXPECT_TRUE(mode == 0600U || mode == 0640U) << path << " has " << std::oct << mode;
    }
  }
  EXPECT_GT(seen, 10);
}

class UmaskTest : public testing::TestWithParam<mode_t> {};

TEST_P(UmaskTest, EverythingThatARunLeavesIsClosedToOthers) {
  const mode_t before = ::umask(GetParam());
  Daemon daemon;
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  daemon.drop("bad.json", "{}");
  EXPECT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
  const fs::path rejected = daemon.data() / "spool" / "rejected";
  EXPECT_TRUE(eventually([&] { return fs::exists(rejected / "bad.json.error.txt"); }));
  EXPECT_TRUE(eventually([&] { return !daemon.accepted_file("rain.json.done.json").empty(); }));
  ::umask(before);
  // While it runs: its socket and the queue's companions are there too.
  expect_closed(daemon.data());
  EXPECT_EQ(daemon.stop(), 0);
  expect_closed(daemon.data());
}

INSTANTIATE_TEST_SUITE_P(Umasks, UmaskTest, testing::Values(mode_t{0}, mode_t{022}, mode_t{077}));

TEST(SecretsTest, TheKeyStandsNowhereButInTheRequests) {
  Daemon daemon;
  daemon.set("log.level", "trace");
  const fs::path hook = daemon.data().parent_path() / "hook";
  const fs::path notes = daemon.data().parent_path() / "notes";
  drop_file(hook, "#!/bin/sh\n{ cat; env; cat /proc/self/cmdline; } >> " + notes.string() + "\n");
  ::chmod(hook.c_str(), 0755);
  daemon.set("hooks.command", hook.string());
  daemon.cloud().add_faults(R"([
    {"on": "submit", "do": "status", "code": 401,
     "body": "{\"error\":\"Authentication hook unauthorized this request\",\"code\":\"access-denied\",\"path\":\"$\"}"},
    {"on": "submit", "do": "garbage", "after": 1}, {"on": "status", "do": "html"},
    {"on": "download", "do": "status", "code": 500}])");
  daemon.start();
  daemon.drop("shots.jsonl", guide_job("Rain").dump() + "\n" + guide_job("Sun").dump() + "\n");
  ASSERT_TRUE(daemon.settled(2)) << read_file(daemon.log_file());
  ASSERT_TRUE(eventually([&] { return read_file(notes).find("job.succeeded") != std::string::npos; }));
  std::string shown;
  for (const Json& job : daemon.jobs()) {
    shown +=
        daemon.reeld({"show", job.at("id")}).output + daemon.reeld({"show", job.at("id"), "--json"}).output;
  }
  for (const auto& verb : {"list", "batches", "stats", "costs"})
    shown += daemon.reeld({verb, "--json"}).output;
  shown += daemon.reeld({"config", "show"}).output + daemon.reeld({"config", "check"}).output;
  const std::string command_line = read_file("/proc/" + std::to_string(daemon.process().pid()) + "/cmdline");
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_GT(shown.size(), 1000U);
  EXPECT_EQ(shown.find(daemon.api_key()), std::string::npos);
  EXPECT_EQ(command_line.find(daemon.api_key()), std::string::npos);
  EXPECT_EQ(read_file(notes).find(daemon.api_key()), std::string::npos);
  EXPECT_EQ(read_file(daemon.log_file()).find(daemon.api_key()), std::string::npos);
  for (const fs::path& file : files_below(daemon.data())) {
    EXPECT_EQ(read_file(file).find(daemon.api_key()), std::string::npos) << file;
  }
}

/// A command that an unprivileged user runs: the test's own, or nobody where that is root.
std::vector<std::string> unprivileged(std::vector<std::string> command) {
  if (::geteuid() != 0) return command;
  std::vector<std::string> argv{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"};
  argv.insert(argv.end(), command.begin(), command.end());
  return argv;
}

TEST(SecretsTest, TheDaemonsMemoryIsDumpedNowhere) {
  if (run_program({unprivileged({REELD_BINARY, "--version"}), {}, "", ""}).exit_code != 0) {
    GTEST_SKIP() << "nobody may not run the program here";
  }
  const TempDir dir;
  const fs::path data = dir.path() / "data";
  fs::create_directory(data);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(data.c_str(), 65534, 65534), 0);
    fs::permissions(dir.path(), fs::perms::owner_all | fs::perms::others_exec);
  }
  Process daemon({unprivileged({REELD_BINARY, "--config", "/dev/null", "--data-dir", data.string(), "--set",
                                "http.listen=", "serve"}),
                  {},
                  dir.path() / "log",
                  ""});
  ASSERT_TRUE(eventually([&] { return fs::exists(data / "reeld.sock"); })) << read_file(dir.path() / "log");
  // The system gives what it tells of a process that may not be dumped to root, whoever runs it.
  struct stat found{};
  ASSERT_EQ(::stat(("/proc/" + std::to_string(daemon.pid()) + "/environ").c_str(), &found), 0);
  EXPECT_EQ(found.st_uid, 0U);
}

}  // namespace
}  // namespace reeld::test
