#include "tests/integration/http_client/fixture.hpp"

namespace reeld::http_test {
namespace {

class PoolTest : public ClientTest {
 protected:
  /// Sends 8 requests at once over at most `limit` connections; says in which order they ended.
  std::vector<int> order_of_answers(const FaultServer& server, std::size_t limit) {
    ClientOptions narrow = options();
    narrow.max_per_origin = limit;
    make(narrow);
    std::vector<int> order;
    for (int i = 0; i < 8; ++i) {
      asio::co_spawn(io_, client().send(get(url(server, "/" + std::to_string(i)))),
                     [&order, i](std::exception_ptr, Result<Response> answer) {
                       EXPECT_TRUE(answer);
                       order.push_back(i);
                     });
    }
    drive([&] { return order.size() == 8; });
    return order;
  }
};

TEST_F(PoolTest, StaleConnectionIsReplacedOnceForAGet) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(200, "first");
    // The second request arrives in full, then the connection ends: as when both cross on the way.
    if (session.number() == 1) {
      co_await session.read_request();
      session.cut();
    }
    co_await session.serve();
  });
  ASSERT_TRUE(send(get(url(server))));
  const auto answer = send(get(url(server)));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(server.seen().connections, 2);
  EXPECT_EQ(server.seen().requests.size(), 3U);
}

TEST_F(PoolTest, ReplacementThatFailsTooIsNotReplaced) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    if (session.number() == 1) {
      co_await session.read_request();
      co_await session.answer(200);
    }
    co_await session.read_request();
    session.cut();
  });
  ASSERT_TRUE(send(get(url(server))));
  const auto answer = send(get(url(server)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kMaybeSent);
  EXPECT_EQ(server.seen().connections, 2);
}

TEST_F(PoolTest, PartOfAnAnswerForbidsReplacement) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(200);
    co_await session.read_request();
    co_await session.write("HTTP/1.1 2");
    session.cut();
  });
  ASSERT_TRUE(send(get(url(server))));
  const auto answer = send(get(url(server)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kMaybeSent);
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(PoolTest, CarefulPostSeesAClosedConnectionBeforeItsHookRuns) {
  bool closed = false;
  FaultServer& server = serve([&closed](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.answer(200);
    if (session.number() == 1) {
      session.cut();
      closed = true;
    }
  });
  ASSERT_TRUE(send(get(url(server))));
  drive([&] { return closed; });
  int hooks = 0;
  int connections_at_hook = 0;
  Request request = post(url(server));
  request.careful = true;
  request.before_send = [&]() -> asio::awaitable<Result<void>> {
    ++hooks;
    connections_at_hook = server.seen().connections;
    co_return Result<void>();
  };
  const auto answer = send(std::move(request));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(hooks, 1);
  EXPECT_EQ(connections_at_hook, 2);
  EXPECT_EQ(server.seen().requests.size(), 2U);
}

TEST_F(PoolTest, CarefulPostIsNotSentWhenThePeerClosesDuringTheHook) {
  Session* first = nullptr;
  FaultServer& server = serve([&first](Session& session) -> asio::awaitable<void> {
    first = &session;
    co_await session.serve();
  });
  Request request = post(url(server));
  request.careful = true;
  request.before_send = [&first]() -> asio::awaitable<Result<void>> {
    // The server has finished its handshake once it reads, which it may not have done yet.
    while (first == nullptr) co_await asio::post(asio::use_awaitable);
    first->cut();
    co_return Result<void>();
  };
  const auto answer = send(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
  EXPECT_TRUE(server.seen().requests.empty());
}

TEST_F(PoolTest, CarefulRequestReusesAYoungConnection) {
  FaultServer& server = serve_echo();
  ASSERT_TRUE(send(get(url(server))));
  Request request = post(url(server));
  request.careful = true;
  ASSERT_TRUE(send(std::move(request)));
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(PoolTest, ConnectionOlderThanItsTimeIsNotReused) {
  FaultServer& server = serve_echo();
  ClientOptions brief = options();
  brief.keep_alive = 0ms;
  make(brief);
  ASSERT_TRUE(send(get(url(server))));
  const auto used = std::chrono::steady_clock::now();
  drive([&] { return std::chrono::steady_clock::now() > used + 2ms; });
  ASSERT_TRUE(send(get(url(server))));
  EXPECT_EQ(server.seen().connections, 2);
}

TEST_F(PoolTest, ConnectionsStayWithinTheLimit) {
  int in_flight = 0;
  int most = 0;
  FaultServer& server = serve([&](Session& session) -> asio::awaitable<void> {
    while (true) {
      const std::string request = co_await session.read_request();
      if (request.empty()) co_return;
      most = std::max(most, ++in_flight);
      co_await asio::post(asio::use_awaitable);
      --in_flight;
      co_await session.answer(200);
    }
  });
  EXPECT_EQ(order_of_answers(server, 2).size(), 8U);
  EXPECT_LE(most, 2);
  EXPECT_LE(server.seen().connections, 2);
}

TEST_F(PoolTest, RequestsOverTheLimitWaitInOrder) {
  FaultServer& server = serve_echo();
  EXPECT_EQ(order_of_answers(server, 1), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(server.seen().connections, 1);
}

TEST_F(PoolTest, WaitingForAConnectionEndsWithTheTotalTime) {
  FaultServer& server = serve([](Session& session) { return session.read_to_end(); });
  ClientOptions narrow = options();
  narrow.max_per_origin = 1;
  make(narrow);
  bool first_ended = false;
  Request holder = get(url(server));
  holder.deadlines.total = 400ms;
  asio::co_spawn(io_, client().send(std::move(holder)),
                 [&](std::exception_ptr, Result<Response>) { first_ended = true; });
  Request waiting = post(url(server));
  waiting.deadlines.total = 50ms;
  const auto answer = send(std::move(waiting));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
  EXPECT_FALSE(first_ended);
  drive([&] { return first_ended; });
}

TEST_F(PoolTest, NothingIsSentAfterShutdown) {
  FaultServer& server = serve_echo();
  client().shutdown();
  const auto answer = send(post(url(server)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kCancelled);
  EXPECT_EQ(server.seen().connections, 0);
}

}  // namespace
}  // namespace reeld::http_test
