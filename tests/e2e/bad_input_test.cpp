// What keeps a start from succeeding is told with its place, its way out and its exit code, before anything
// is touched.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;

/// A port of this machine that somebody answers on.
class TakenPort {
 public:
  TakenPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 1) != 0 ||
        ::getsockname(socket_, generic, &size) != 0)
      throw std::runtime_error("no port");
    port_ = ntohs(address.sin_port);
  }
  ~TakenPort() { ::close(socket_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

class BadInputTest : public testing::Test {
 protected:
  /// `serve` ends with this code and these words, and has made nothing in the data folder.
  void refuses(int exit_code, const std::string& words) {
    const bool was_there = fs::exists(daemon_.data());
    const auto before = files_below(daemon_.data());
    const Finished refused = daemon_.reeld({"serve"});
    EXPECT_EQ(refused.exit_code, exit_code) << refused.output;
    EXPECT_NE(refused.output.find(words), std::string::npos) << refused.output;
    EXPECT_EQ(fs::exists(daemon_.data()), was_there);
    EXPECT_EQ(files_below(daemon_.data()), before);
  }
  std::string doctor() const { return daemon_.reeld({"doctor", "--quick"}).output; }

  TempDir dir_;
  Daemon daemon_;
};

TEST_F(BadInputTest, AWrongConfigurationIsToldWholeByEveryVerb) {
  const fs::path config = dir_.path() / "reeld.toml";
  std::ofstream(config)
      << "[limits]\nmax_download = 4\n[poll]\nfirst = \"5 minutes\"\n[results]\nmode = 640\n";
  drop_file(dir_.path() / "rain.json", guide_job("Rain").dump());
  const fs::path job = dir_.path() / "rain.json";
  daemon_.use_config(config);
  for (const std::vector<std::string>& verb :
       {std::vector<std::string>{"serve"},
        {"config", "check"},
        {"doctor"},
        {"render", job.string(), "-o", (dir_.path() / "films").string()}}) {
    const Finished refused = daemon_.reeld(verb);
    EXPECT_EQ(refused.exit_code, 78) << verb.front();
    for (const std::string words :
         {":2:1: limits.max_download: unknown key; did you mean \"limits.max_downloads\"?",
          ":4:1: poll.first: \"5 minutes\" is not a duration", ":6:1: results.mode: "}) {
      EXPECT_NE(refused.output.find(words), std::string::npos) << verb.front() << refused.output;
    }
  }
  EXPECT_FALSE(fs::exists(daemon_.data()));
}

TEST_F(BadInputTest, AKeyFileThatCannotBeReadHoldsSubmitsAndSaysWhereToPutTheKey) {
  const std::string key = (dir_.path() / "key").string();
  const std::string words =
      "leonardo.api_key_file: " + key + ": No such file or directory; put the key there";
  daemon_.set("leonardo.api_key_file", key);
  const Finished checked = daemon_.reeld({"config", "check"});
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_NE(checked.output.find(words), std::string::npos) << checked.output;
  daemon_.start();
  EXPECT_NE(read_file(daemon_.log_file()).find("submits are held: " + words), std::string::npos);
}

TEST_F(BadInputTest, AKeyFileThatOthersMayReadIsTakenWithAWarning) {
  const fs::path key = dir_.path() / "key";
  drop_file(key, daemon_.api_key());
  fs::permissions(key, fs::perms(0644));
  daemon_.set("leonardo.api_key_file", key.string());
  EXPECT_NE(daemon_.reeld({"config", "check"}).output.find("chmod 600 " + key.string()), std::string::npos);
  daemon_.start();
  EXPECT_NE(read_file(daemon_.log_file()).find("chmod 600 " + key.string()), std::string::npos);
  daemon_.drop("rain.json", guide_job("Rain").dump());
  EXPECT_TRUE(daemon_.settled(1)) << read_file(daemon_.log_file());
}

TEST_F(BadInputTest, AFileInTheWayOfAFolderIsNamedWithItsSetting) {
  const fs::path file = dir_.path() / "file";
  drop_file(file, "");
  for (const std::string setting : {"results.dir", "spool.dir"}) {
    daemon_.set(setting, (file / "below").string());
    refuses(78, setting + ": " + file.string() + " is not a folder");
    EXPECT_NE(doctor().find(file.string() + " is not a folder"), std::string::npos);
    daemon_.set(setting, (dir_.path() / setting).string());
  }
}

TEST_F(BadInputTest, AFolderThatCannotBeWrittenIsNamedWithItsUser) {
  const fs::path closed = dir_.path() / "closed";
  fs::create_directory(closed);
  fs::permissions(closed, fs::perms(0555));
  daemon_.set("spool.dir", (closed / "spool").string());
  auto command = daemon_.command({"serve"});
  // Root may write everywhere, unless it gives that right away.
  if (::geteuid() == 0) command.insert(command.begin(), {"setpriv", "--bounding-set", "-all"});
  const Finished refused = run_program({command, daemon_.environment(), "", ""});
  EXPECT_EQ(refused.exit_code, 74);
  EXPECT_NE(refused.output.find("spool.dir: " + closed.string() + " cannot be written by the user"),
            std::string::npos)
      << refused.output;
  EXPECT_FALSE(fs::exists(daemon_.data()));
}

TEST_F(BadInputTest, APortInUseIsNamed) {
  const TakenPort taken;
  daemon_.set("http.listen", taken.address());
  refuses(75, "http.listen: cannot listen on 127.0.0.1 port");
  EXPECT_NE(doctor().find("another process has the port"), std::string::npos);
}

TEST_F(BadInputTest, ATokenThatOthersMayReadIsRefusedBeforeAnythingIsMade) {
  const fs::path token = dir_.path() / "token";
  drop_file(token, "0123456789abcdef");
  fs::permissions(token, fs::perms(0644));
  daemon_.set("http.token_file", token.string());
  refuses(78, "chmod 600 " + token.string());
}

TEST_F(BadInputTest, WhoHasTheQueueOrTheSpoolIsNamed) {
  daemon_.start();
  const std::string holder = "in use by process " + std::to_string(daemon_.process().pid());
  const Finished same_queue = daemon_.reeld({"serve"});
  EXPECT_EQ(same_queue.exit_code, 75);
  EXPECT_NE(same_queue.output.find("queue.db is " + holder), std::string::npos) << same_queue.output;
  Daemon other;
  other.set("spool.dir", (daemon_.data() / "spool").string());
  const Finished same_spool = other.reeld({"serve"});
  EXPECT_EQ(same_spool.exit_code, 75);
  EXPECT_NE(same_spool.output.find("spool is " + holder), std::string::npos) << same_spool.output;
  EXPECT_FALSE(fs::exists(other.data()));
  EXPECT_EQ(daemon_.stop(), 0) << "the first one is not disturbed";
}

TEST_F(BadInputTest, ResultsWithoutTheirMarkerAreTakenForADiskThatIsNotMounted) {
  daemon_.start();
  ASSERT_EQ(daemon_.stop(), 0);
  const fs::path marker = daemon_.results() / ".reeld-results";
  ASSERT_TRUE(fs::exists(marker));
  const auto moved = daemon_.data() / "elsewhere";
  fs::rename(daemon_.results(), moved);
  // A disk that comes late is there at another try; whoever makes the folder must not own it.
  refuses(75, "-m 750 " + daemon_.results().string() + " && touch " + marker.string());
  EXPECT_FALSE(fs::exists(daemon_.results()));
  fs::create_directory(daemon_.results());
  refuses(75, "results.dir: " + daemon_.results().string() + " lacks the file .reeld-results");
  EXPECT_NE(doctor().find("lacks the file .reeld-results"), std::string::npos);
  drop_file(marker, "");
  daemon_.start();
  ASSERT_EQ(daemon_.stop(), 0);
  // A folder that never held results is a new one.
  daemon_.set("results.dir", (dir_.path() / "films").string());
  daemon_.start();
  EXPECT_TRUE(fs::exists(dir_.path() / "films" / ".reeld-results"));
}

TEST_F(BadInputTest, AClockThatIsFarOffIsToldAtTheStart) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.clock_skew = std::chrono::hours(3);
  Daemon daemon(cloud);
  daemon.start();
  EXPECT_TRUE(eventually([&] {
    const std::string log = read_file(daemon.log_file());
    return log.find("behind the service's") != std::string::npos &&
           log.find("timedatectl") != std::string::npos;
  })) << read_file(daemon.log_file());
}

}  // namespace
}  // namespace reeld::test
