#include "tests/integration/http_client/fixture.hpp"

namespace reeld::http_test {
namespace {

class ExchangeTest : public ClientTest {};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

TEST_F(ExchangeTest, SendsAGetWithTheClientsOwnHeaders) {
  FaultServer& server = serve_echo();
  Request request = get(url(server, "/v1/me?full=1#part"));
  request.headers.push_back({"Authorization", "Bearer k"});
  const auto answer = send(std::move(request));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "/v1/me?full=1");
  EXPECT_EQ(answer->final_url, url(server, "/v1/me?full=1"));
  EXPECT_EQ(server.seen().requests.at(0), "GET /v1/me?full=1 HTTP/1.1\r\nHost: localhost:" + server.port() +
                                              "\r\nUser-Agent: reeld-test\r\nAccept-Encoding: identity\r\n"
                                              "Authorization: Bearer k\r\n\r\n");
}

TEST_F(ExchangeTest, SendsAPostAndUsesTheConnectionAgain) {
  FaultServer& server = serve_echo();
  ASSERT_TRUE(send(post(url(server, "/a"), R"({"a":1})")));
  ASSERT_TRUE(send(get(url(server, "/b"))));
  ASSERT_TRUE(send(Request(Method::kDelete, url(server, "/c"))));
  ASSERT_TRUE(send(post(url(server, "/d"), "")));
  EXPECT_EQ(server.seen().connections, 1);
  EXPECT_NE(server.seen().requests.at(0).find("Content-Length: 7\r\n\r\n{\"a\":1}"), std::string::npos);
  EXPECT_EQ(count(server.seen().requests.at(2), "Content-Length"), 0U);
  EXPECT_NE(server.seen().requests.at(3).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST_F(ExchangeTest, SendsALargeBodyWhole) {
  FaultServer& server = serve_echo();
  const std::string body(3U << 20, 'b');
  ASSERT_TRUE(send(post(url(server), body)));
  EXPECT_TRUE(server.seen().requests.at(0).ends_with("\r\n\r\n" + body));
}

TEST_F(ExchangeTest, HandsOnStatusAndHeadersOfAnErrorAnswer) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(429, "slow down", "Retry-After: 7\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n");
  });
  const auto answer = send(post(url(server)));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->header("retry-after"), "7");
  EXPECT_EQ(answer->header("SET-COOKIE"), "a");
  EXPECT_EQ(answer->header("absent"), "");
  EXPECT_EQ(answer->body, "slow down");
}

TEST_F(ExchangeTest, SkipsInterimAnswers) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    co_await session.answer(201, "made");
    co_await session.serve();
  });
  const auto answer = send(post(url(server)));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->header("link"), "");
  ASSERT_TRUE(send(get(url(server))));
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(ExchangeTest, ReadsChunkedBodiesAndAnswersWithoutABody) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\n");
    co_await session.write("defg\r\n0\r\nTrailer: t\r\n\r\n");
    co_await session.read_request();
    co_await session.write("HTTP/1.1 204 No Content\r\n\r\n");
    co_await session.serve();
  });
  const auto chunked = send(get(url(server)));
  ASSERT_TRUE(chunked) << describe(chunked.error());
  EXPECT_EQ(chunked->body, "abcdefg");
  const auto empty = send(Request(Method::kDelete, url(server)));
  ASSERT_TRUE(empty) << describe(empty.error());
  EXPECT_EQ(empty->status, 204);
  ASSERT_TRUE(send(get(url(server))));
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(ExchangeTest, ReadsABodyThatEndsWithTheStream) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 200 OK\r\n\r\nup to the end");
    co_await session.close_in_order();
  });
  const auto answer = send(get(url(server)));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "up to the end");
}

TEST_F(ExchangeTest, OpensANewConnectionAfterConnectionClose) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(200, "bye", "Connection: close\r\n");
    co_await session.serve();
  });
  ASSERT_TRUE(send(get(url(server))));
  ASSERT_TRUE(send(get(url(server))));
  EXPECT_EQ(server.seen().connections, 2);
}

TEST_F(ExchangeTest, DoesNotReuseAConnectionWithBytesBehindTheAnswer) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write(
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    co_await session.serve();
  });
  ASSERT_TRUE(send(get(url(server))));
  const auto second = send(get(url(server, "/mine")));
  ASSERT_TRUE(second);
  EXPECT_NE(second->body, "evil");
  EXPECT_EQ(server.seen().connections, 2);
}

TEST_F(ExchangeTest, StreamsABodyToTheChosenSink) {
  const std::string film(300'000, 'f');
  FaultServer& server = serve([&film](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(200, film);
    co_await session.serve();
  });
  StringSink sink;
  const auto answer = fetch(get(url(server)), sink);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(sink.text, film);
  EXPECT_LE(sink.longest, 64U << 10);
  ASSERT_TRUE(send(get(url(server))));
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(ExchangeTest, KeepsTheBodyWhenNoSinkIsChosen) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(404, "gone");
  });
  int seen_status = 0;
  const auto answer = run(client().fetch(get(url(server)), [&seen_status](const Response& head) {
    seen_status = head.status;
    return choose(nullptr);
  }));
  ASSERT_TRUE(answer);
  EXPECT_EQ(seen_status, 404);
  EXPECT_EQ(answer->body, "gone");
}

TEST_F(ExchangeTest, ManyRequestsAtOnceAllGetTheirOwnAnswer) {
  FaultServer& server = serve_echo();
  constexpr int kRequests = 300;
  int right = 0;
  int ended = 0;
  for (int i = 0; i < kRequests; ++i) {
    const std::string target = "/" + std::to_string(i);
    asio::co_spawn(io_, client().send(get(url(server, target))),
                   [&, target](std::exception_ptr, Result<Response> r) {
                     ++ended;
                     if (r && r->body == target) ++right;
                   });
  }
  drive([&] { return ended == kRequests; });
  EXPECT_EQ(right, kRequests);
  EXPECT_LE(server.seen().connections, 64);
}

TEST_F(ExchangeTest, SendsNothingThatWouldInjectAHeader) {
  FaultServer& server = serve_echo();
  const std::vector<Header> bad = {{"X", "a\r\nB: c"},
                                   {"X", "a\nb"},
                                   {"X", std::string("a\0b", 3)},
                                   {"X y", "a"},
                                   {"", "a"},
                                   {"X:", "a"},
                                   {"Host", "evil"},
                                   {"content-length", "3"},
                                   {"Transfer-Encoding", "chunked"}};
  for (const Header& header : bad) {
    Request request = post(url(server));
    request.headers.push_back(header);
    const auto answer = send(std::move(request));
    ASSERT_FALSE(answer) << header.name;
    EXPECT_EQ(answer.error().code, Errc::kBadInput);
  }
  for (const char* target : {"/a b", "/a\r\nX: y", "/a\tb", "/\x01"}) {
    const auto answer = send(get(url(server, target)));
    ASSERT_FALSE(answer) << target;
    EXPECT_EQ(answer.error().code, Errc::kBadInput);
  }
  EXPECT_EQ(server.seen().connections, 0);
}

TEST_F(ExchangeTest, RefusesPlainHttpUnlessItIsAllowed) {
  FaultServer& server = serve_plain([](Session& session) { return session.serve(); });
  const std::string plain = "http://localhost:" + server.port() + "/x";
  const auto refused = send(get(plain));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBadInput);
  ClientOptions with_plain = options();
  with_plain.allow_plain_http = true;
  make(with_plain);
  const auto answer = send(get(plain));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "/x");
}

}  // namespace
}  // namespace reeld::http_test
