#include "tests/integration/http_client/fixture.hpp"

namespace reeld::http_test {
namespace {

class RedirectTest : public ClientTest {
 protected:
  /// A server that answers "/to?N" style targets: `next` says status and Location for a target, or an empty
  /// one.
  using Next = std::function<std::pair<int, std::string>(const std::string& target)>;

  FaultServer& serve_redirects(Next next) {
    return serve([next](Session& session) -> asio::awaitable<void> {
      while (true) {
        const std::string request = co_await session.read_request();
        if (request.empty()) co_return;
        const std::size_t from = request.find(' ') + 1;
        const std::string target = request.substr(from, request.find(' ', from) - from);
        const auto [status, location] = next(target);
        if (location.empty()) {
          co_await session.answer(200, request.substr(0, from) + target);
        } else {
          co_await session.answer(status, "moved", "Location: " + location + "\r\n");
        }
      }
    });
  }

  Request following(Request request, int hops = 5) {
    request.max_redirects = hops;
    return request;
  }

  void expect_broken(const Result<Response>& answer) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::kPeerBroken) << describe(answer.error());
  }
};

TEST_F(RedirectTest, IsAnAnswerLikeAnyOtherUnlessAskedFor) {
  FaultServer& server =
      serve_redirects([](const std::string&) { return std::pair(302, std::string("/next")); });
  const auto answer = send(get(url(server)));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->header("location"), "/next");
  EXPECT_EQ(answer->body, "moved");
}

TEST_F(RedirectTest, FollowsAChainAndSaysWhereItEnded) {
  FaultServer& server = serve_redirects([](const std::string& target) {
    if (target == "/a/b") return std::pair(301, std::string("../c?x=1"));
    if (target == "/c?x=1") return std::pair(308, std::string("?y=2"));
    return std::pair(200, std::string());
  });
  StringSink sink;
  const auto answer = fetch(following(get(url(server, "/a/b"))), sink);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(sink.text, "GET /c?y=2");
  EXPECT_EQ(answer->final_url, url(server, "/c?y=2"));
}

TEST_F(RedirectTest, EndsALoop) {
  FaultServer& server = serve_redirects(
      [](const std::string& target) { return std::pair(302, std::string(target == "/a" ? "/b" : "/a")); });
  expect_broken(send(following(get(url(server, "/a")))));
  EXPECT_EQ(server.seen().requests.size(), 2U);
}

TEST_F(RedirectTest, EndsAChainThatIsTooLong) {
  FaultServer& server =
      serve_redirects([](const std::string& target) { return std::pair(302, target + "x"); });
  expect_broken(send(following(get(url(server, "/a")), 3)));
  EXPECT_EQ(server.seen().requests.size(), 4U);
}

TEST_F(RedirectTest, KeepsCredentialsWithinAnOriginAndDropsThemElsewhere) {
  FaultServer& other = serve_echo();
  const std::string elsewhere = url(other, "/film");
  FaultServer& server = serve_redirects([elsewhere](const std::string& target) {
    return target == "/a" ? std::pair(302, std::string("/b")) : std::pair(302, elsewhere);
  });
  Request request = following(get(url(server, "/a")));
  request.headers = {{"Authorization", "Bearer sesame"},
                     {"Cookie", "sesame"},
                     {"X-Api-Key", "sesame"},
                     {"Range", "bytes=5-"}};
  const auto answer = send(std::move(request));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->final_url, elsewhere);
  EXPECT_NE(server.seen().requests.at(1).find("Bearer sesame"), std::string::npos);
  EXPECT_EQ(other.seen().requests.at(0).find("sesame"), std::string::npos);
  EXPECT_NE(other.seen().requests.at(0).find("Range: bytes=5-"), std::string::npos);
}

TEST_F(RedirectTest, NeverLeavesHttps) {
  ClientOptions with_plain = options();
  with_plain.allow_plain_http = true;
  make(with_plain);
  FaultServer& plain = serve_plain([](Session& session) { return session.serve(); });
  const std::string target = "http://localhost:" + plain.port() + "/";
  FaultServer& server = serve_redirects([target](const std::string&) { return std::pair(302, target); });
  expect_broken(send(following(get(url(server)))));
  EXPECT_EQ(plain.seen().connections, 0);
}

TEST_F(RedirectTest, TurnsAPostIntoAGetExcept307And308) {
  FaultServer& server = serve_redirects([](const std::string& target) {
    if (target == "/end") return std::pair(200, std::string());
    return std::pair(std::stoi(target.substr(1)), std::string("/end"));
  });
  for (const char* status : {"301", "302", "303"}) {
    Request request = following(post(url(server, "/" + std::string(status)), "secret"));
    request.headers.push_back({"Content-Type", "text/plain"});
    const auto answer = send(std::move(request));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "GET /end");
    EXPECT_EQ(server.seen().requests.back().find("ontent-"), std::string::npos);
  }
  for (const char* status : {"307", "308"}) {
    const auto answer = send(following(post(url(server, "/" + std::string(status)), "body")));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "POST /end");
    EXPECT_TRUE(server.seen().requests.back().ends_with("\r\n\r\nbody"));
  }
}

TEST_F(RedirectTest, NeverRedirectsACarefulPost) {
  FaultServer& server = serve_redirects([](const std::string&) { return std::pair(307, std::string("/b")); });
  Request request = following(post(url(server)));
  request.careful = true;
  const auto answer = send(std::move(request));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 307);
  EXPECT_EQ(server.seen().requests.size(), 1U);
}

TEST_F(RedirectTest, APostWhoseRedirectLeadsNowhereMayHaveBeenSent) {
  FaultServer& dead = serve_echo();
  const std::string nowhere = url(dead);
  stop(dead);
  FaultServer& server = serve_redirects([nowhere](const std::string&) { return std::pair(303, nowhere); });
  const auto answer = send(following(post(url(server))));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kMaybeSent);
}

TEST_F(RedirectTest, AsksOnlyAllowedHosts) {
  FaultServer& server = serve_echo();
  Request request = get(url(server));
  request.allowed_hosts = {"cdn.test.example", "*.test.example"};
  const auto answer = send(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kBadInput);
  EXPECT_EQ(server.seen().connections, 0);
}

TEST_F(RedirectTest, AppliesTheListToEveryHop) {
  FaultServer& other = serve_echo();
  const std::string elsewhere = url(other);
  FaultServer& server =
      serve_redirects([elsewhere](const std::string&) { return std::pair(302, elsewhere); });
  Request request = following(get(url(server, "/", "cdn.test.example")));
  request.allowed_hosts = {"cdn.test.example"};
  expect_broken(send(std::move(request)));
  EXPECT_EQ(server.seen().connections, 1);
  EXPECT_EQ(other.seen().connections, 0);
}

TEST_F(RedirectTest, RefusesPrivateAddressesOfHostsThatAreNotListedByName) {
  FaultServer& server = serve_echo();
  Request request = get(url(server, "/", "cdn.test.example"));
  request.allowed_hosts = {"*.test.example"};
  const auto answer = send(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
  EXPECT_EQ(server.seen().connections, 0);
}

TEST_F(RedirectTest, RefusesPrivateAddressesAtALaterHopToo) {
  FaultServer& server = serve_redirects([](const std::string&) { return std::pair(302, std::string()); });
  const std::string inside = url(server, "/", "inside.test.example");
  FaultServer& outer = serve_redirects([inside](const std::string&) { return std::pair(302, inside); });
  Request request = following(get(url(outer, "/", "cdn.test.example")));
  request.allowed_hosts = {"cdn.test.example", "*.test.example"};
  expect_broken(send(std::move(request)));
  EXPECT_EQ(outer.seen().connections, 1);
  EXPECT_EQ(server.seen().connections, 0);
}

TEST_F(RedirectTest, PooledConnectionToAPrivateAddressIsNotAWayAroundTheBan) {
  FaultServer& server = serve_echo();
  ASSERT_TRUE(send(get(url(server, "/", "cdn.test.example"))));
  Request request = get(url(server, "/", "cdn.test.example"));
  request.allowed_hosts = {"*.test.example"};
  const auto answer = send(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(server.seen().requests.size(), 1U);
}

}  // namespace
}  // namespace reeld::http_test
