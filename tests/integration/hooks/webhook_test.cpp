#include "daemon/hooks/webhook.hpp"

#include "daemon/hooks/signature.hpp"
#include "tests/integration/http_client/fixture.hpp"
#include "tests/support/fake_clock.hpp"

namespace reeld::http_test {
namespace {

using hooks::Message;
using hooks::Outcome;
using hooks::Webhook;

/// A receiver on a loopback port that answers everything in the same way.
class WebhookTest : public ClientTest {
 protected:
  FaultServer& answering(int status, std::string headers = "", std::string body = "") {
    return serve([=](Session& session) -> asio::awaitable<void> {
      while (!(co_await session.read_request()).empty()) co_await session.answer(status, body, headers);
    });
  }

  static Message message() {
    return {17, "job.failed", JobId("job-1"), BatchId("batch-1"), R"({"id":17,"event":"job.failed"})"};
  }

  Outcome post(std::string to, std::string secret = "", Duration limit = 30s) {
    Webhook webhook({client(), clock_}, std::move(to), std::move(secret), limit);
    const Message told = message();
    return run(webhook.post(told));
  }

  test::FakeClock clock_;
};

TEST(SignatureTest, IsTheOneOfTheDocumentation) {
  // printf %s '1796090400.{"id":17}' | openssl dgst -sha256 -hmac secret
  EXPECT_EQ(hooks::sign("secret", "1796090400", R"({"id":17})"),
            "v1=25e32707c23d65523da267c6ff33d352afacce2b1ef894c4889703340f3ef6ac");
}

TEST_F(WebhookTest, PostsTheMessageWithWhatAReceiverNeeds) {
  FaultServer& server = answering(204);
  EXPECT_FALSE(post(url(server, "/hook?token=x")).error);
  ASSERT_EQ(server.seen().requests.size(), 1U);
  const std::string& request = server.seen().requests.front();
  EXPECT_TRUE(request.starts_with("POST /hook?token=x HTTP/1.1\r\n")) << request;
  for (const char* line : {"\r\nContent-Type: application/json\r\n", "\r\nReeld-Event: job.failed\r\n",
                           "\r\nReeld-Delivery: 17\r\n", "\r\nReeld-Timestamp: 1796090400\r\n"}) {
    EXPECT_NE(request.find(line), std::string::npos) << request;
  }
  EXPECT_EQ(request.find("Reeld-Signature"), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n" + message().body)) << request;
}

TEST_F(WebhookTest, SignsWithTheSecret) {
  FaultServer& server = answering(200);
  EXPECT_FALSE(post(url(server), "secret").error);
  const std::string line =
      "\r\nReeld-Signature: " + hooks::sign("secret", "1796090400", message().body) + "\r\n";
  EXPECT_NE(server.seen().requests.at(0).find(line), std::string::npos) << server.seen().requests.at(0);
  EXPECT_EQ(server.seen().requests.at(0).find("\r\nsecret"), std::string::npos);
}

TEST_F(WebhookTest, FailsOnEveryAnswerButASuccess) {
  for (const int status : {302, 400, 404, 429, 500, 503}) {
    const Outcome outcome = post(url(answering(status, "", "out of order\n")));
    ASSERT_TRUE(outcome.error) << status;
    EXPECT_EQ(outcome.error->code, Errc::kPeerRejected);
    EXPECT_EQ(outcome.error->detail, "answered " + std::to_string(status) + ": out of order\\n");
    EXPECT_FALSE(outcome.gone);
    EXPECT_FALSE(outcome.retry_after);
  }
}

TEST_F(WebhookTest, DoesNotFollowARedirect) {
  FaultServer& other = serve_echo();
  EXPECT_TRUE(post(url(answering(307, "Location: " + url(other) + "\r\n"))).error);
  EXPECT_EQ(other.seen().connections, 0);
}

TEST_F(WebhookTest, TakesGoneForAnEnd) {
  const Outcome outcome = post(url(answering(410)));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->detail, "answered 410");
  EXPECT_TRUE(outcome.gone);
}

TEST_F(WebhookTest, HearsHowLongToWait) {
  EXPECT_EQ(post(url(answering(503, "Retry-After: 120\r\n"))).retry_after, Duration(120s));
  EXPECT_EQ(post(url(answering(429, "Retry-After: Tue, 01 Dec 2026 02:05:00 GMT\r\n"))).retry_after,
            Duration(5min));
}

TEST_F(WebhookTest, WaitsForAnHourAtMost) {
  EXPECT_EQ(post(url(answering(503, "Retry-After: 86400\r\n"))).retry_after, Duration(1h));
  EXPECT_EQ(post(url(answering(503, "Retry-After: Fri, 01 Jan 2027 00:00:00 GMT\r\n"))).retry_after,
            Duration(1h));
  EXPECT_EQ(post(url(answering(503, "Retry-After: Tue, 01 Dec 2026 01:00:00 GMT\r\n"))).retry_after,
            Duration(0));
  EXPECT_FALSE(post(url(answering(503, "Retry-After: soon\r\n"))).retry_after);
}

TEST_F(WebhookTest, FailsWhenNobodyListens) {
  FaultServer& server = serve_echo();
  const std::string nowhere = url(server);
  stop(server);
  const Outcome outcome = post(nowhere);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, Errc::kNotSent);
}

TEST_F(WebhookTest, DoesNotWaitLongerThanItsLimit) {
  FaultServer& server = serve([](Session& session) { return session.read_to_end(); });
  const Outcome outcome = post(url(server), "", 200ms);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, Errc::kMaybeSent);
}

TEST_F(WebhookTest, IsCancelledThoughItsMessageMayHaveArrived) {
  FaultServer& server = serve([this](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    cancel_soon();
    co_await session.read_to_end();
  });
  const Outcome outcome = post(url(server));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, Errc::kCancelled);
}

}  // namespace
}  // namespace reeld::http_test
