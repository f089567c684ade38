#include <sys/resource.h>

#include "tests/integration/http_client/fixture.hpp"

namespace reeld::http_test {
namespace {

class LimitsTest : public ClientTest {
 protected:
  void expect_error(const Result<Response>& answer, Errc code) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code) << describe(answer.error());
  }
};

/// Sends a byte of `bytes` at a time, each a little after the one before, for ever.
asio::awaitable<void> drip(Session& session) {
  asio::steady_timer pause(co_await asio::this_coro::executor);
  while (co_await session.write("x")) {
    pause.expires_after(5ms);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

TEST_F(LimitsTest, ServerThatNeverAnswersMeetsTheIdleLimit) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.read_to_end();
  });
  Request request = post(url(server));
  request.deadlines.idle = 100ms;
  expect_error(send(std::move(request)), Errc::kMaybeSent);
  EXPECT_EQ(server.seen().requests.size(), 1U);
}

TEST_F(LimitsTest, ServerThatNeverReadsMeetsTheIdleLimit) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    static_cast<void>(session);
    co_await never.async_wait(asio::use_awaitable);
  });
  Request request = post(url(server), std::string(32U << 20, 'b'));
  request.deadlines.idle = 200ms;
  expect_error(send(std::move(request)), Errc::kMaybeSent);
}

TEST_F(LimitsTest, BodyThatStallsTimesOut) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    co_await session.read_to_end();
  });
  Request request = get(url(server));
  request.deadlines.idle = 100ms;
  StringSink sink;
  expect_error(fetch(std::move(request), sink), Errc::kTimedOut);
  EXPECT_EQ(sink.text, "abc");
}

TEST_F(LimitsTest, SlowDripOfABodyMeetsTheTotalLimitOnly) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    co_await drip(session);
  });
  Request request = get(url(server));
  request.deadlines.idle = 250ms;
  request.deadlines.total = 600ms;
  StringSink sink;
  const auto begun = std::chrono::steady_clock::now();
  expect_error(fetch(std::move(request), sink), Errc::kTimedOut);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 500ms);
  EXPECT_FALSE(sink.text.empty());
}

TEST_F(LimitsTest, SlowDripOfAHeaderMeetsTheTotalLimit) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 200 ");
    co_await drip(session);
  });
  Request request = post(url(server));
  request.deadlines.total = 300ms;
  expect_error(send(std::move(request)), Errc::kMaybeSent);
}

TEST_F(LimitsTest, FloodMeetsTheTotalLimitToo) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 200 OK\r\n\r\n");
    const std::string block(1U << 20, 'f');
    while (co_await session.write(block)) {
    }
  });
  Request request = get(url(server));
  request.deadlines.total = 300ms;
  StringSink sink;
  expect_error(fetch(std::move(request), sink), Errc::kTimedOut);
}

TEST_F(LimitsTest, CancelledPostInFlightIsResetAndMayHaveBeenSent) {
  FaultServer& server = serve([this](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    cancel_soon();
    co_await session.read_to_end();
  });
  Request request = post(url(server));
  request.careful = true;
  expect_error(send(std::move(request)), Errc::kMaybeSent);
  drive([&] { return server.seen().last_read.failed(); });
  EXPECT_EQ(server.seen().last_read, asio::error::connection_reset);
}

TEST_F(LimitsTest, TimedOutPostIsReset) {
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.read_to_end();
  });
  Request request = post(url(server));
  request.deadlines.idle = 100ms;
  expect_error(send(std::move(request)), Errc::kMaybeSent);
  drive([&] { return server.seen().last_read.failed(); });
  EXPECT_EQ(server.seen().last_read, asio::error::connection_reset);
}

TEST_F(LimitsTest, CancelledGetIsCancelled) {
  FaultServer& server = serve([this](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    cancel_soon();
    co_await session.read_to_end();
  });
  expect_error(send(get(url(server))), Errc::kCancelled);
}

TEST_F(LimitsTest, CancelledInTheHandshakeIsCancelled) {
  FaultServer& server = serve_plain([this](Session& session) -> asio::awaitable<void> {
    cancel_soon();
    co_await session.read_to_end();
  });
  expect_error(send(post(url(server))), Errc::kCancelled);
}

TEST_F(LimitsTest, CancelledInTheHookSendsNothing) {
  FaultServer& server = serve_echo();
  Request request = post(url(server));
  request.before_send = [this]() -> asio::awaitable<Result<void>> {
    cancel_soon();
    co_await asio::post(asio::use_awaitable);
    co_await asio::post(asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
    co_return Result<void>();
  };
  expect_error(send(std::move(request)), Errc::kCancelled);
  EXPECT_TRUE(server.seen().requests.empty());
}

TEST_F(LimitsTest, CancelledInTheBodyIsCancelled) {
  FaultServer& server = serve([this](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
    cancel_soon();
    co_await session.read_to_end();
  });
  StringSink sink;
  expect_error(fetch(get(url(server)), sink), Errc::kCancelled);
}

TEST_F(LimitsTest, CancelledInLineForAConnectionLeavesTheLine) {
  bool holding = false;
  FaultServer& server = serve([this, &holding](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    if (!holding) {
      holding = true;
      cancel_soon();
      // The one who holds the only connection is let go after the one who waits was cancelled.
      asio::steady_timer pause(co_await asio::this_coro::executor, 50ms);
      co_await pause.async_wait(asio::use_awaitable);
      co_await session.answer(200, "held");
    }
    co_await session.serve();
  });
  ClientOptions narrow = options();
  narrow.max_per_origin = 1;
  make(narrow);
  std::optional<Result<Response>> held;
  asio::co_spawn(io_, client().send(get(url(server))),
                 [&](std::exception_ptr, Result<Response> answer) { held = std::move(answer); });
  expect_error(send(post(url(server, "/waits"))), Errc::kCancelled);
  drive([&] { return held.has_value(); });
  ASSERT_TRUE(*held);
  EXPECT_EQ(server.seen().requests.size(), 1U);
  ASSERT_TRUE(send(get(url(server))));
}

/// Counts and forgets.
class CountingSink final : public ByteSink {
 public:
  asio::awaitable<Result<void>> write(std::string chunk) override {
    total += chunk.size();
    co_return Result<void>();
  }
  std::size_t total = 0;
};

long peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_F(LimitsTest, MemoryForAFilmOf200MegabytesIsBounded) {
  constexpr std::size_t kBlock = 64U << 10;
  constexpr std::size_t kFilm = 200U << 20;
  FaultServer& server = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    co_await session.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kFilm) + "\r\n\r\n");
    for (std::size_t sent = 0; sent < kFilm; sent += kBlock) co_await session.write(std::string(kBlock, 'f'));
    co_await session.serve();
  });
  const long before = peak_kib();
  CountingSink sink;
  const auto answer = fetch(get(url(server)), sink);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(sink.total, kFilm);
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  EXPECT_LT(peak_kib() - before, 20L * 1024);
#else
  static_cast<void>(before);  // a sanitizer keeps freed memory back
#endif
}

}  // namespace
}  // namespace reeld::http_test
