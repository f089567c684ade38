// How the server ends: with grace, without, and by cancellation.
#include <gtest/gtest.h>

#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/raw_client.hpp"
#include "tests/integration/http_server/running_server.hpp"

namespace reeld::server_test {
namespace {

using namespace std::chrono_literals;

std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

TEST(StopTest, EndsOpenStreamsWhenTheGraceIsOver) {
  RunningServer server(loopback(), handle);
  RawClient stream(server.port());
  ASSERT_TRUE(stream.send(get("/hold")));
  stream.read_until("held");
  server.stop(10ms);
  EXPECT_EQ(stream.read_to_end().find("0\r\n\r\n"), std::string::npos);
}

TEST(StopTest, LetsARequestEndThatIsBeingAnswered) {
  RunningServer server(loopback(), handle);
  RawClient client(server.port());
  ASSERT_TRUE(client.send(get("/slow?ms=200") + get("/echo/next")));
  client.read_until("soon");
  server.stop(30s);
  const std::string rest = client.read_to_end();
  EXPECT_TRUE(rest.ends_with("4\r\nlate\r\n0\r\n\r\n")) << rest;
}

TEST(StopTest, DoesNotWaitForIdleConnections) {
  RunningServer server(loopback(), handle);
  RawClient idle(server.port());
  ASSERT_TRUE(idle.send(get("/echo")));
  idle.read_until("GET /echo ");
  RawClient half(server.port());
  ASSERT_TRUE(half.send("GET / HT"));
  server.stop(std::chrono::hours(1));
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(status_of(half.read_to_end()), 0);
}

TEST(StopTest, DropsAllWhenItIsCancelled) {
  RunningServer server(loopback(), handle);
  RawClient idle(server.port());
  RawClient stream(server.port());
  RawClient reader(server.port());
  RawClient sender(server.port());
  ASSERT_TRUE(stream.send(get("/hold")));
  stream.read_until("held");
  ASSERT_TRUE(reader.send(get("/endless")));
  reader.read_until("\r\n\r\n");
  ASSERT_TRUE(
      sender.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"));
  sender.read_until("Continue");
  server.cancel();
  EXPECT_EQ(sender.read_to_end().find("HTTP"), std::string::npos);
}

TEST(StopTest, StopsBeforeAnybodyCame) {
  RunningServer server(loopback(), handle);
  server.stop(std::chrono::hours(1));
}

TEST(StopTest, StopsWhileConnectionsWaitForAPlace) {
  ServerLimits limits;
  limits.connections = 1;
  RunningServer server(loopback(limits), handle);
  RawClient first(server.port());
  ASSERT_TRUE(first.send(get("/hold")));
  first.read_until("held");
  RawClient second(server.port());
  server.stop(10ms);
  EXPECT_EQ(second.read_to_end(), "");
}

}  // namespace
}  // namespace reeld::server_test
