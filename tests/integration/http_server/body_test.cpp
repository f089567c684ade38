// Bodies of requests: streamed, asked for, thrown away.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/raw_client.hpp"
#include "tests/integration/http_server/running_server.hpp"

namespace reeld::server_test {
namespace {

const std::string kGet = "GET /echo/next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

std::string post(const std::string& target, const std::string& headers) {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

class BodyTest : public testing::Test {
 protected:
  std::string answer_to(const std::string& text) { return ask(server_.port(), text); }

  RunningServer server_{loopback(), handle};
};

TEST_F(BodyTest, ReadsABodyOfAKnownLength) {
  const std::string answer = answer_to(post("/echo", "Content-Length: 5\r\nConnection: close\r\n") + "hello");
  EXPECT_TRUE(answer.ends_with("POST /echo hello")) << answer;
}

TEST_F(BodyTest, ReadsChunksWithExtensionsAndTrailers) {
  const std::string answer = answer_to(post("/echo", "Transfer-Encoding: Chunked\r\nConnection: close\r\n") +
                                       "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: yes\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("POST /echo hello")) << answer;
}

TEST_F(BodyTest, StreamsFiftyMegabytesInSmallPieces) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.send(post("/count", "Transfer-Encoding: chunked\r\n")));
  const std::string megabyte(1U << 20, 'x');
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(client.send(fmt::format("{:x}\r\n{}\r\n", megabyte.size(), megabyte)));
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  ASSERT_TRUE(client.send(kGet));
  client.read_until("bytes ");
  const auto bytes = std::stoull(client.read_until(" "));
  client.read_until("pieces ");
  const auto pieces = std::stoull(client.read_until(" "));
  client.read_until("largest ");
  const auto largest = std::stoull(client.read_until("HTTP/1.1"));
  EXPECT_EQ(bytes, 50U << 20);
  EXPECT_GE(pieces, 50U * 16);
  EXPECT_LE(largest, 64U << 10);
}

TEST_F(BodyTest, AsksForABodyThatWaitsToBeAskedFor) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.send(post("/echo", "Content-Length: 5\r\nExpect: 100-continue\r\n")));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("hello"));
  EXPECT_EQ(status_of(client.read_until("POST /echo hello")), 200);
}

TEST_F(BodyTest, DoesNotAskForABodyThatTheHandlerRefuses) {
  const std::string answer =
      answer_to(post("/refuse", "Content-Length: 5\r\nExpect: 100-continue\r\n") + kGet);
  EXPECT_EQ(status_of(answer), 413);
  EXPECT_EQ(count_of(answer, "HTTP/1.1 "), 1) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST_F(BodyTest, DoesNotAskForABodyThatIsOnItsWay) {
  const std::string answer = answer_to(
      post("/echo", "Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n") + "hello");
  EXPECT_EQ(status_of(answer), 200);
}

TEST_F(BodyTest, ThrowsASmallUnreadBodyAwayAndGoesOn) {
  const std::string answer = answer_to(post("/refuse", "Content-Length: 5\r\n") + "hello" + kGet);
  EXPECT_EQ(status_of(answer), 413);
  EXPECT_TRUE(answer.ends_with("GET /echo/next ")) << answer;
}

TEST_F(BodyTest, ClosesOnAnUnreadBodyThatIsLarge) {
  const std::string body(100'000, 'x');
  const std::string answer = answer_to(post("/refuse", "Content-Length: 100000\r\n") + body + kGet);
  EXPECT_EQ(status_of(answer), 413);
  EXPECT_EQ(count_of(answer, "HTTP/1.1 "), 1) << answer;
}

TEST_F(BodyTest, ClosesOnAnUnreadChunkedBodyThatTurnsOutLarge) {
  std::string body;
  for (int i = 0; i < 100; ++i) body += fmt::format("{:x}\r\n{}\r\n", 1000, std::string(1000, 'x'));
  const std::string answer =
      answer_to(post("/refuse", "Transfer-Encoding: chunked\r\n") + body + "0\r\n\r\n" + kGet);
  EXPECT_EQ(status_of(answer), 413);
  EXPECT_EQ(count_of(answer, "HTTP/1.1 "), 1) << answer;
}

TEST_F(BodyTest, AnswersNobodyWhenTheBodyBreaksOff) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.send(post("/echo", "Content-Length: 50\r\n") + "hello"));
  client.end_sending();
  EXPECT_EQ(client.read_to_end(), "");
}

}  // namespace
}  // namespace reeld::server_test
