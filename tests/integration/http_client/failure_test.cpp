#include "tests/integration/http_client/fixture.hpp"

namespace reeld::http_test {
namespace {

class FailureTest : public ClientTest {
 protected:
  /// A server that answers every request with these bytes and then cuts the connection.
  FaultServer& serve_bytes(std::string bytes, bool in_order = false) {
    return serve([bytes, in_order](Session& session) -> asio::awaitable<void> {
      co_await session.read_request();
      co_await session.write(bytes);
      if (in_order) {
        co_await session.close_in_order();
      } else {
        session.cut();
      }
    });
  }

  void expect_error(const Result<Response>& answer, Errc code) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code) << describe(answer.error());
  }
};

TEST_F(FailureTest, RefusedConnectionMeansNothingWasSent) {
  FaultServer& server = serve_echo();
  const std::string dead = url(server);
  stop(server);
  int hooks = 0;
  Request request = post(dead);
  request.before_send = [&hooks]() -> asio::awaitable<Result<void>> {
    ++hooks;
    co_return Result<void>();
  };
  expect_error(send(std::move(request)), Errc::kNotSent);
  EXPECT_EQ(hooks, 0);
}

TEST_F(FailureTest, HookThatFailsMeansThatNoByteLeaves) {
  FaultServer& server = serve_echo();
  for (const auto [given, expected] :
       {std::pair(Errc::kUnavailable, Errc::kNotSent), std::pair(Errc::kLeaseLost, Errc::kLeaseLost),
        std::pair(Errc::kCancelled, Errc::kCancelled)}) {
    Request request = post(url(server));
    request.before_send = [given]() -> asio::awaitable<Result<void>> {
      co_return Error{given, "test.hook", "no"};
    };
    const auto answer = send(std::move(request));
    expect_error(answer, expected);
    EXPECT_EQ(answer.error().operation, "test.hook");
    EXPECT_EQ(answer.error().detail, "no");
  }
  EXPECT_GE(server.seen().connections, 1);
  EXPECT_TRUE(server.seen().requests.empty());
}

TEST_F(FailureTest, HookRunsOnceWhenTheConnectionStands) {
  FaultServer& server = serve_echo();
  int hooks = 0;
  int handshakes = 0;
  Request request = post(url(server));
  request.careful = true;
  request.before_send = [&]() -> asio::awaitable<Result<void>> {
    ++hooks;
    handshakes = static_cast<int>(server.seen().connections);
    co_return Result<void>();
  };
  ASSERT_TRUE(send(std::move(request)));
  EXPECT_EQ(hooks, 1);
  EXPECT_EQ(handshakes, 1);
}

TEST_F(FailureTest, PostWithoutAnAnswerMayHaveBeenSentAndIsNotRepeated) {
  FaultServer& server = serve_bytes("");
  expect_error(send(post(url(server))), Errc::kMaybeSent);
  EXPECT_EQ(server.seen().requests.size(), 1U);
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(FailureTest, PostOnAStaleConnectionIsNotRepeatedEither) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(200);
    co_await session.read_request();
    session.cut();
  });
  ASSERT_TRUE(send(get(url(server))));
  expect_error(send(post(url(server))), Errc::kMaybeSent);
  EXPECT_EQ(server.seen().requests.size(), 2U);
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(FailureTest, AnAnswerThatIsNotHttpIsMaybeSent) {
  FaultServer& server = serve_bytes("SSH-2.0-hello\r\n\r\n");
  expect_error(send(post(url(server))), Errc::kMaybeSent);
}

TEST_F(FailureTest, HeaderCutShortIsMaybeSent) {
  FaultServer& server = serve_bytes("HTTP/1.1 200 OK\r\nContent-Le", true);
  expect_error(send(post(url(server))), Errc::kMaybeSent);
}

TEST_F(FailureTest, GiantHeaderIsMaybeSent) {
  FaultServer& server = serve_bytes("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  expect_error(send(post(url(server))), Errc::kMaybeSent);
}

TEST_F(FailureTest, EndlessInterimAnswersAreNotFollowed) {
  std::string interim;
  for (int i = 0; i < 20; ++i) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  FaultServer& server = serve_bytes(interim + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  expect_error(send(post(url(server))), Errc::kMaybeSent);
}

TEST_F(FailureTest, AnUnaskedChangeOfProtocolIsRefused) {
  FaultServer& server =
      serve_bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
  expect_error(send(post(url(server))), Errc::kMaybeSent);
}

TEST_F(FailureTest, UnknownTransferCodingIsRefused) {
  FaultServer& server = serve_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxx", true);
  expect_error(send(get(url(server))), Errc::kMaybeSent);
}

TEST_F(FailureTest, ContentLengthCutShortDeliversWhatCame) {
  FaultServer& server = serve_bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", true);
  StringSink sink;
  expect_error(fetch(get(url(server)), sink), Errc::kPeerBroken);
  EXPECT_EQ(sink.text, "abc");
}

TEST_F(FailureTest, ChunkedBodyCutShortIsRefused) {
  FaultServer& server =
      serve_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", true);
  expect_error(send(get(url(server))), Errc::kPeerBroken);
}

TEST_F(FailureTest, CompleteBodyNeedsNoGoodbye) {
  FaultServer& server = serve_bytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
  const auto answer = send(get(url(server)));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "abc");
}

TEST_F(FailureTest, BodyThatEndsWithTheStreamNeedsTheGoodbye) {
  FaultServer& server = serve_bytes("HTTP/1.1 200 OK\r\n\r\nhalf a film");
  StringSink sink;
  expect_error(fetch(get(url(server)), sink), Errc::kPeerBroken);
  EXPECT_EQ(sink.text, "half a film");
}

TEST_F(FailureTest, BodyOverTheLimitIsRefusedHoweverItIsAnnounced) {
  for (const char* framing : {"Content-Length: 2000\r\n\r\n", "Connection: close\r\n\r\n"}) {
    FaultServer& server =
        serve_bytes("HTTP/1.1 200 OK\r\n" + std::string(framing) + std::string(2000, 'b'), true);
    Request request = get(url(server));
    request.max_body = 1999;
    expect_error(send(std::move(request)), Errc::kPeerBroken);
    Request enough = get(url(server));
    enough.max_body = 2000;
    EXPECT_TRUE(send(std::move(enough)));
  }
}

TEST_F(FailureTest, SinkAndChoiceErrorsComeBackUnchanged) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(200, std::string(1'000'000, 'b'));
  });
  StringSink sink;
  sink.fails_with = Error{Errc::kNoSpace, "test.sink", "full"};
  const auto answer = fetch(get(url(server)), sink);
  expect_error(answer, Errc::kNoSpace);
  EXPECT_EQ(answer.error().operation, "test.sink");
  expect_error(run(client().fetch(get(url(server)),
                                  [](const Response&) -> asio::awaitable<Result<ByteSink*>> {
                                    co_return Error{Errc::kBadInput, "test.choose", "no"};
                                  })),
               Errc::kBadInput);
}

TEST_F(FailureTest, DetailsHoldNoSecrets) {
  FaultServer& server = serve_bytes("nonsense\r\n\r\n");
  Request request = post(url(server, "/path?token=sesame"));
  request.headers.push_back({"Authorization", "Bearer sesame"});
  const auto failed = send(std::move(request));
  ASSERT_FALSE(failed);
  EXPECT_EQ(describe(failed.error()).find("sesame"), std::string::npos);
  Request bad = post(url(server, "/path?token=ses ame"));
  bad.headers.push_back({"Authorization", "ses\name"});
  const auto refused = send(std::move(bad));
  ASSERT_FALSE(refused);
  EXPECT_EQ(describe(refused.error()).find("ses"), std::string::npos);
}

}  // namespace
}  // namespace reeld::http_test
