#include "tests/integration/http_client/fixture.hpp"

namespace reeld::http_test {
namespace {

class ProxyTest : public ClientTest {
 protected:
  /// A proxy that, once asked for a tunnel, plays the server behind it as well.
  FaultServer& serve_proxy() {
    FaultServer::Options with;
    with.later_identity = identity();
    return serve(std::move(with), [](Session& session) -> asio::awaitable<void> {
      const std::string request = co_await session.read_request();
      if (!request.starts_with("CONNECT ")) co_return;
      co_await session.write("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n");
      const bool secured = co_await session.handshake();
      if (secured) co_await session.serve();
    });
  }

  void use_proxy(const FaultServer& proxy, const std::string& credentials = "") {
    ClientOptions with_proxy = options();
    with_proxy.proxy = "http://" + credentials + "localhost:" + proxy.port();
    with_proxy.no_proxy = {".direct.example", "direct.test.example"};
    make(with_proxy);
  }
};

TEST_F(ProxyTest, TunnelsToTheHostByName) {
  FaultServer& proxy = serve_proxy();
  use_proxy(proxy);
  const auto answer = send(post("https://api.test.example/v1"));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "/v1");
  ASSERT_TRUE(send(get("https://api.test.example/v2")));
  EXPECT_EQ(proxy.seen().connections, 1);
  EXPECT_EQ(proxy.seen().requests.at(0),
            "CONNECT api.test.example:443 HTTP/1.1\r\nHost: api.test.example:443\r\nUser-Agent: "
            "reeld-test\r\n\r\n");
  EXPECT_EQ(proxy.seen().names, std::vector<std::string>{"api.test.example"});
}

TEST_F(ProxyTest, SendsCredentialsToTheProxyOnly) {
  FaultServer& proxy = serve_proxy();
  use_proxy(proxy, "user:p%40ss@");
  ASSERT_TRUE(send(get("https://api.test.example/")));
  EXPECT_NE(proxy.seen().requests.at(0).find("\r\nProxy-Authorization: Basic dXNlcjpwQHNz\r\n"),
            std::string::npos);
  EXPECT_EQ(proxy.seen().requests.at(1).find("Proxy-Authorization"), std::string::npos);
}

TEST_F(ProxyTest, RefusalMeansNothingWasSent) {
  FaultServer& proxy = serve_plain([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(407, "who are you?");
    co_await session.read_to_end();
  });
  use_proxy(proxy);
  const auto answer = send(post("https://api.test.example/"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
  EXPECT_NE(answer.error().detail.find("407"), std::string::npos);
}

TEST_F(ProxyTest, SilentProxyMeetsTheConnectLimit) {
  FaultServer& proxy = serve_plain([](Session& session) { return session.read_to_end(); });
  use_proxy(proxy);
  Request request = post("https://api.test.example/");
  request.deadlines.connect = 100ms;
  const auto answer = send(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
}

TEST_F(ProxyTest, StillChecksTheHostsCertificate) {
  FaultServer& proxy = serve_proxy();
  use_proxy(proxy);
  const auto answer = send(post("https://api.other.example/"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
  EXPECT_NE(answer.error().detail.find("hostname mismatch"), std::string::npos);
}

TEST_F(ProxyTest, ReachesExceptedHostsDirectly) {
  FaultServer& proxy = serve_proxy();
  FaultServer& server = serve_echo();
  use_proxy(proxy);
  ASSERT_TRUE(send(get(url(server, "/", "direct.test.example"))));
  EXPECT_EQ(proxy.seen().connections, 0);
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(ProxyTest, AppliesTheHostListBehindAProxyToo) {
  FaultServer& proxy = serve_proxy();
  use_proxy(proxy);
  for (const char* target : {"https://10.0.0.1/", "https://elsewhere.example/", "https://[::1]/"}) {
    Request request = get(target);
    request.allowed_hosts = {"*.test.example"};
    const auto answer = send(std::move(request));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::kBadInput);
  }
  Request request = get("https://cdn.test.example/");
  request.allowed_hosts = {"*.test.example"};
  EXPECT_TRUE(send(std::move(request)));
}

TEST_F(ProxyTest, SaysThatAnAddressIsUnusable) {
  ClientOptions bad = options();
  bad.proxy = "socks5://localhost:1080";
  EXPECT_THROW(make(bad), std::runtime_error);
}

}  // namespace
}  // namespace reeld::http_test
