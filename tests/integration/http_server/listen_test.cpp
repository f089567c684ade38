// Where the server listens: ports, and sockets in the file system.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/raw_client.hpp"
#include "tests/integration/http_server/running_server.hpp"
#include "tests/support/files.hpp"

namespace reeld::server_test {
namespace {

namespace asio = boost::asio;

class ListenTest : public testing::Test {
 protected:
  ServerOptions at(const std::string& address) const {
    ServerOptions options;
    options.listen.push_back(*http::server::parse_listen_address(address));
    return options;
  }
  ServerOptions at_socket() const { return at("unix:" + socket_.string()); }

  Errc refusal_of(const ServerOptions& options) {
    asio::io_context io;
    const auto made = http::server::make_server(io.get_executor(), options, handle);
    if (made) return Errc::kInternal;
    detail_ = made.error().detail;
    return made.error().code;
  }

  static mode_t mode_of(const std::filesystem::path& path) {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 ? found.st_mode : 0;
  }

  /// The process's open sockets.
  static std::set<int> sockets() {
    std::set<int> found;
    for (int handle_now = 0; handle_now < 1024; ++handle_now) {
      struct stat about{};
      if (::fstat(handle_now, &about) == 0 && S_ISSOCK(about.st_mode)) found.insert(handle_now);
    }
    return found;
  }

  const test::TempDir folder_;
  const std::filesystem::path socket_ = folder_.path() / "reeld.sock";
  std::string detail_;
};

TEST_F(ListenTest, MakesTheSocketWithItsMode) {
  const mode_t before = ::umask(0);
  RunningServer server(at_socket(), handle);
  ::umask(before);
  EXPECT_EQ(mode_of(socket_), static_cast<mode_t>(S_IFSOCK | 0660));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(ListenTest, MakesTheSocketWithItsModeUnderANarrowUmask) {
  const mode_t before = ::umask(0077);
  ServerOptions options = at_socket();
  options.socket_mode = 0666;
  RunningServer server(std::move(options), handle);
  ::umask(before);
  EXPECT_EQ(mode_of(socket_), static_cast<mode_t>(S_IFSOCK | 0666));
}

TEST_F(ListenTest, KnowsTheUserAtTheOtherEndOfTheSocket) {
  RunningServer server(at_socket(), handle);
  RawClient client(socket_);
  ASSERT_TRUE(client.send("GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  const std::string answer = client.read_to_end();
  EXPECT_TRUE(answer.ends_with("unix " + std::to_string(::getuid()))) << answer;
}

TEST_F(ListenTest, RefusesASocketThatSomebodyListensOn) {
  RunningServer server(at_socket(), handle);
  EXPECT_EQ(refusal_of(at_socket()), Errc::kConflict);
  RawClient still_there(socket_);
  ASSERT_TRUE(still_there.send("GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(status_of(still_there.read_to_end()), 200);
}

TEST_F(ListenTest, ReplacesASocketThatIsLeftOver) {
  const std::filesystem::path elsewhere = folder_.path() / "elsewhere";
  {
    RunningServer dead(at("unix:" + elsewhere.string()), handle);
    std::filesystem::rename(elsewhere, socket_);
  }
  ASSERT_TRUE(std::filesystem::is_socket(socket_));
  RunningServer server(at_socket(), handle);
  RawClient client(socket_);
  ASSERT_TRUE(client.send("GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(status_of(client.read_to_end()), 200);
}

TEST_F(ListenTest, LeavesAFileAloneThatIsNoSocket) {
  std::ofstream(socket_) << "precious";
  EXPECT_EQ(refusal_of(at_socket()), Errc::kConflict);
  EXPECT_EQ(test::read_file(socket_), "precious");
}

TEST_F(ListenTest, NamesTheFolderThatIsMissing) {
  EXPECT_EQ(refusal_of(at("unix:" + (folder_.path() / "absent" / "s").string())), Errc::kNotFound);
  EXPECT_NE(detail_.find((folder_.path() / "absent").string()), std::string::npos) << detail_;
}

TEST_F(ListenTest, RefusesAPathThatIsTooLongForASocket) {
  EXPECT_EQ(refusal_of(at("unix:" + (folder_.path() / std::string(100, 's')).string())), Errc::kBadInput);
}

TEST_F(ListenTest, RemovesTheSocketWhenItStops) {
  RunningServer server(at_socket(), handle);
  server.stop(Duration(0));
  EXPECT_FALSE(std::filesystem::exists(socket_));
}

TEST_F(ListenTest, LeavesASocketAloneThatAnotherMadeInItsPlace) {
  RunningServer first(at_socket(), handle);
  std::filesystem::remove(socket_);
  RunningServer second(at_socket(), handle);
  first.stop(Duration(0));
  EXPECT_TRUE(std::filesystem::is_socket(socket_));
}

TEST_F(ListenTest, RefusesAPortThatIsInUse) {
  RunningServer server(loopback(), handle);
  EXPECT_EQ(refusal_of(at("127.0.0.1:" + std::to_string(server.port()))), Errc::kConflict);
  EXPECT_NE(detail_.find("another process has the port"), std::string::npos) << detail_;
}

TEST_F(ListenTest, GivesNoSocketToOtherPrograms) {
  const auto before = sockets();
  RunningServer server(at_socket(), handle);
  RawClient client(socket_);
  ASSERT_TRUE(client.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n"));
  client.read_until("GET /echo ");
  int made = 0;
  for (const int handle_now : sockets()) {
    if (before.contains(handle_now)) continue;
    EXPECT_NE(::fcntl(handle_now, F_GETFD) & FD_CLOEXEC, 0);
    ++made;
  }
  EXPECT_EQ(made, 3);  // what listens, and both ends of the connection
}

TEST_F(ListenTest, ServesAgainWhenDescriptorsHaveComeBack) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizers need descriptors themselves, to look at memory, and call a lack of them a "
                  "bad object";
#endif
#endif
  RunningServer server(loopback(), handle);
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
  const int next = ::dup(STDERR_FILENO);
  ::close(next);
  // Room for the client's end of the connection, none for the server's.
  const rlimit tight{static_cast<rlim_t>(next) + 1, usual.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  const RawClient first(server.port());
  ASSERT_EQ(server.open_connections(), 0U);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &usual), 0);
  EXPECT_EQ(status_of(ask(server.port(), "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")), 200);
}

TEST_F(ListenTest, ListensOnAllThatANameStandsFor) {
  RunningServer server(at("localhost:0"), handle);
  EXPECT_NE(server.port(), 0);
}

TEST_F(ListenTest, RefusesANameThatDoesNotExist) {
  EXPECT_EQ(refusal_of(at("does-not-exist.invalid:0")), Errc::kBadInput);
}

}  // namespace
}  // namespace reeld::server_test
