#include <fmt/format.h>

#include <algorithm>

#include "tests/integration/api/api_fixture.hpp"

namespace reeld::test {
namespace {

class ApiEventsTest : public ApiTest {
 public:
  ApiEventsTest() {
    store_->on_commit([this] { api_->wake(); });
    spawn(api_->run());
  }
  ~ApiEventsTest() override { stop(); }

  /// A client that follows the events; it ends with the test.
  FakeExchange& follow(std::vector<http::server::Header> headers = {}, const std::string& query = "") {
    FakeExchange& client =
        *clients_.emplace_back(exchange({.target = "/v1/events" + query, .headers = std::move(headers)}));
    spawn(api_->handle(client));
    run_until([&] { return client.is_answered(); });
    return client;
  }

  static std::size_t times(const FakeExchange& client, std::string_view words) {
    std::size_t found = 0;
    const std::string& text = client.answer.body;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++found;
    return found;
  }
  void wait_for(const FakeExchange& client, std::string_view words, std::size_t count = 1) {
    run_until([&] { return times(client, words) >= count; });
  }
  static std::vector<long> ids(const FakeExchange& client) {
    std::vector<long> found;
    const std::string& text = client.answer.body;
    for (auto at = text.find("id: "); at != std::string::npos; at = text.find("\nid: ", at + 1)) {
      found.push_back(std::stol(text.substr(text.find(' ', at) + 1)));
    }
    return found;
  }
  /// The feed knows where the history stands.
  void begin() {
    run_until([&] {
      const auto probe = ask({.method = Method::kHead, .target = "/v1/events"});
      return probe->answer.status == 200;
    });
  }

  std::vector<std::unique_ptr<FakeExchange>> clients_;  ///< who follow
};

TEST_F(ApiEventsTest, BeginsWithAGreetingAndGoesOnWithWhatHappens) {
  begin();
  const FakeExchange& client = follow();
  wait_for(client, "event: hello");
  EXPECT_EQ(client.header("Content-Type"), "text/event-stream");
  EXPECT_EQ(client.header("Cache-Control"), "no-store");
  EXPECT_TRUE(
      client.answer.body.starts_with("retry: 2000\n\nid: 0\nevent: hello\ndata: {\"last_event\":0}\n\n"));
  const std::string id = submit(1)[0];
  wait_for(client, "event: batch_accepted");
  post("/v1/jobs/" + id + "/hold", Json::object());
  wait_for(client, "event: transition");
  EXPECT_EQ(times(client, "\"to\":\"held\""), 1U);
  EXPECT_FALSE(followed_.empty());
}

TEST_F(ApiEventsTest, ResumesBehindTheLastEventThatWasSeen) {
  begin();
  const auto jobs = submit(3);
  for (const std::string& id : jobs) post("/v1/jobs/" + id + "/hold", Json::object());
  const FakeExchange& all = follow({{"Last-Event-ID", "0"}});
  wait_for(all, "\"to\":\"held\"", 3);
  const auto seen = ids(all);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(times(all, "event: hello"), 0U);

  const FakeExchange& rest = follow({}, fmt::format("?after={}", seen.at(seen.size() - 2)));
  wait_for(rest, "\"to\":\"held\"");
  EXPECT_EQ(ids(rest), std::vector{seen.back()});
}

TEST_F(ApiEventsTest, OneWhoIsFarBehindGetsEveryEventOnce) {
  begin();
  // More than what is kept at hand: each hold is a piece of its own, and there are more than a page.
  submit(2500);
  post("/v1/jobs/hold", {{"all", true}});
  const FakeExchange& client = follow({{"Last-Event-ID", "0"}});
  wait_for(client, "\"to\":\"held\"", 2500);
  post("/v1/jobs/release", {{"all", true}});
  wait_for(client, "\"from\":\"held\"", 2500);
  const auto seen = ids(client);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
  EXPECT_EQ(followed_.size(), seen.size());
}

TEST_F(ApiEventsTest, AnIdThatWasNeverGivenIsReset) {
  begin();
  const FakeExchange& client = follow({{"Last-Event-ID", "999999"}});
  wait_for(client, "event: hello");
  EXPECT_EQ(times(client, "event: reset"), 1U);
  const auto wrong = ask({.target = "/v1/events?after=x"});
  EXPECT_EQ(wrong->answer.status, 400);
}

TEST_F(ApiEventsTest, OnlySoManyMayFollow) {
  begin();
  for (int i = 0; i < 256; ++i) EXPECT_EQ(follow().answer.status, 200);
  const auto refused = ask({.target = "/v1/events"});
  EXPECT_EQ(refused->answer.status, 503);
  EXPECT_EQ(refused->header("Retry-After"), "10");
}

TEST_F(ApiEventsTest, AClientThatTakesNoMoreIsLetGo) {
  begin();
  FakeExchange& client = *clients_.emplace_back(exchange({.target = "/v1/events"}));
  bool is_over = false;
  spawn([](ApiEventsTest& test, FakeExchange& lost, bool& over) -> boost::asio::awaitable<void> {
    co_await test.api_->handle(lost);
    over = true;
  }(*this, client, is_over));
  wait_for(client, "event: hello");
  client.is_lost = true;
  submit(1);
  run_until([&] { return is_over; });
  EXPECT_FALSE(client.is_finished);
}

TEST_F(ApiEventsTest, AtTheEndEveryStreamEnds) {
  begin();
  const FakeExchange& client = follow();
  wait_for(client, "event: hello");
  api_->close();
  run_until([&] { return client.is_finished; });
  EXPECT_EQ(ask({.target = "/v1/events"})->answer.status, 503);
}

}  // namespace
}  // namespace reeld::test
