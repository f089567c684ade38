// What the local client says when it cannot reach the daemon.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/http/local/client.hpp"
#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/running_server.hpp"
#include "tests/support/files.hpp"

namespace reeld::server_test {
namespace {

using http::local::Request;
using http::local::Target;

class LocalConnectTest : public testing::Test {
 protected:
  ServerOptions at_socket() const {
    ServerOptions options;
    options.listen.push_back(*http::server::parse_listen_address("unix:" + socket_.string()));
    return options;
  }

  Result<http::local::Response> get() const {
    Target target;
    target.socket = socket_;
    Request request;
    request.target = "/peer";
    return (*http::local::make_client(target))->send(request);
  }

  const test::TempDir folder_;
  const std::filesystem::path socket_ = folder_.path() / "reeld.sock";
};

TEST_F(LocalConnectTest, TalksOverTheSocket) {
  RunningServer server(at_socket(), handle);
  const auto answer = get();
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "unix " + std::to_string(::getuid()));
}

TEST_F(LocalConnectTest, SaysThatThereIsNoSocket) {
  const auto answer = get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotFound);
  EXPECT_NE(answer.error().detail.find(socket_.string()), std::string::npos) << answer.error().detail;
}

TEST_F(LocalConnectTest, SaysThatNobodyListensOnTheSocket) {
  const std::filesystem::path moved = folder_.path() / "moved";
  {
    RunningServer dead(at_socket(), handle);
    std::filesystem::rename(socket_, moved);
  }
  std::filesystem::rename(moved, socket_);
  const auto answer = get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kUnavailable);
}

TEST_F(LocalConnectTest, NamesTheGroupWhoseMembersMayUseTheSocket) {
  RunningServer server(at_socket(), handle);
  ASSERT_EQ(::chmod(socket_.c_str(), 0), 0);
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  constexpr uid_t kNobody = 65534;
  const bool is_root = ::geteuid() == 0;
  if (is_root) ASSERT_EQ(::seteuid(kNobody), 0);
  const auto answer = get();
  if (is_root) ASSERT_EQ(::seteuid(0), 0);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kPeerRejected);
  EXPECT_NE(answer.error().detail.find("members of the group "), std::string::npos) << answer.error().detail;
  EXPECT_FALSE(answer.error().detail.ends_with(' ')) << answer.error().detail;
}

TEST_F(LocalConnectTest, SaysThatNobodyListensAtTheUrl) {
  Target target;
  {
    RunningServer gone(loopback(), handle);
    target.url = gone.url();
  }
  Request request;
  request.target = "/";
  const auto answer = (*http::local::make_client(target))->send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kUnavailable);
}

TEST_F(LocalConnectTest, RefusesWhatIsNoUrlAndNoCertificate) {
  Target target;
  target.url = "ftp://a";
  EXPECT_EQ(http::local::make_client(target).error().code, Errc::kBadInput);
  target.url = "https://localhost";
  target.ca_file = folder_.path() / "absent.pem";
  EXPECT_EQ(http::local::make_client(target).error().code, Errc::kBadInput);
}

}  // namespace
}  // namespace reeld::server_test
