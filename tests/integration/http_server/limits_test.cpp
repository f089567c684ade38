// What one peer may cost. Each test shortens the one limit that it is about.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <vector>

#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/raw_client.hpp"
#include "tests/integration/http_server/running_server.hpp"
#include "tests/support/files.hpp"

namespace reeld::server_test {
namespace {

using namespace std::chrono_literals;

const std::string kPost = "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
const std::string kGet = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(LimitsTest, RefusesAHeadThatIsTooLong) {
  RunningServer server(loopback(), handle);
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  EXPECT_EQ(status_of(ask(server.port(), head + std::string(20'000, 'a') + "\r\n\r\n")), 431);
}

TEST(LimitsTest, RefusesAHeadThatGrowsLineByLine) {
  RunningServer server(loopback(), handle);
  RawClient client(server.port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n"));
  // Each line goes alone: a parser that takes them one by one never sees more than its limit.
  for (int line = 0; line < 2'000 && client.send("X: 0123456789\r\n"); ++line) {
  }
  EXPECT_EQ(status_of(client.read_to_end()), 431);
}

TEST(LimitsTest, TakesAHeadThatJustFits) {
  RunningServer server(loopback(), handle);
  std::string head = "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ";
  head += std::string(ServerLimits().header_bytes - head.size() - 4, 'a') + "\r\n\r\n";
  EXPECT_EQ(status_of(ask(server.port(), head)), 200);
}

TEST(LimitsTest, RefusesAHeadThatDoesNotArrive) {
  ServerLimits limits;
  limits.header_time = 50ms;
  RunningServer server(loopback(limits), handle);
  EXPECT_EQ(status_of(ask(server.port(), "GET / HTTP/1.1\r\n")), 408);
}

TEST(LimitsTest, ClosesAnIdleConnectionWithoutAWord) {
  ServerLimits limits;
  limits.idle_time = 50ms;
  RunningServer server(loopback(limits), handle);
  RawClient fresh(server.port());
  EXPECT_EQ(fresh.read_to_end(), "");
  const std::string answer = ask(server.port(), kGet);
  EXPECT_EQ(count_of(answer, "HTTP/1.1 "), 1) << answer;
}

TEST(LimitsTest, DropsABodyThatStops) {
  ServerLimits limits;
  limits.read_pause = 50ms;
  RunningServer server(loopback(limits), handle);
  EXPECT_EQ(status_of(ask(server.port(), kPost + "only this")), 408);
}

TEST(LimitsTest, DropsABodyThatNeverStopsButCrawls) {
  ServerLimits limits;
  limits.read_pause = 200ms;
  limits.least_rate = 1'000'000;
  RunningServer server(loopback(limits), handle);
  RawClient client(server.port());
  ASSERT_TRUE(client.send(kPost));
  int sent = 0;
  const bool refused = test::eventually([&] { return !client.send("x") || ++sent == 100'000; });
  EXPECT_TRUE(refused);
  EXPECT_LT(sent, 100'000);
  EXPECT_EQ(status_of(client.read_to_end()), 408);
}

TEST(LimitsTest, DropsAReaderThatStalls) {
  ServerLimits limits;
  limits.write_time = 100ms;
  RunningServer server(loopback(limits), handle);
  RawClient client(server.port());
  client.shrink_receive_buffer();
  ASSERT_TRUE(client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n"));
  client.read_until("\r\n\r\n");
  EXPECT_TRUE(test::eventually([&] { return server.open_connections() == 0; }));
}

TEST(LimitsTest, LetsConnectionsBeyondTheCapWaitForAPlace) {
  ServerLimits limits;
  limits.connections = 2;
  RunningServer server(loopback(limits), handle);
  auto first = std::make_unique<RawClient>(server.port());
  RawClient second(server.port());
  ASSERT_TRUE(first->send(kGet));
  ASSERT_TRUE(second.send(kGet));
  EXPECT_EQ(status_of(first->read_until("GET /echo ")), 200);
  EXPECT_EQ(status_of(second.read_until("GET /echo ")), 200);
  RawClient third(server.port());
  ASSERT_TRUE(third.send(kGet));
  EXPECT_EQ(server.open_connections(), 2U);
  first.reset();
  EXPECT_EQ(status_of(third.read_until("GET /echo ")), 200);
}

TEST(LimitsTest, KeepsAPlaceOnTheSocketWhenThePortIsFull) {
  const test::TempDir folder;
  ServerLimits limits;
  limits.connections = 1;
  ServerOptions options = loopback(limits);
  options.listen.push_back(*http::server::parse_listen_address("unix:" + (folder.path() / "s").string()));
  RunningServer server(std::move(options), handle);
  RawClient first(server.port());
  ASSERT_TRUE(first.send(kGet));
  EXPECT_EQ(status_of(first.read_until("GET /echo ")), 200);
  RawClient local(folder.path() / "s");
  ASSERT_TRUE(local.send(kGet));
  EXPECT_EQ(status_of(local.read_until("GET /echo ")), 200);
}

}  // namespace
}  // namespace reeld::server_test
