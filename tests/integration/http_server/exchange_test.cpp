// Answers: whole, in pieces, none.
#include <gtest/gtest.h>

#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/raw_client.hpp"
#include "tests/integration/http_server/running_server.hpp"

namespace reeld::server_test {
namespace {

class ExchangeTest : public testing::Test {
 protected:
  std::string get(const std::string& target, const std::string& method = "GET") {
    return ask(server_.port(), method + " " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }

  RunningServer server_{loopback(), handle};
};

TEST_F(ExchangeTest, AnswersWithDateAndLength) {
  const std::string answer = get("/echo");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
  EXPECT_NE(
      answer.find(" GMT\r\nContent-Type: text/plain\r\nContent-Length: 10\r\nConnection: close\r\n\r\n"),
      std::string::npos)
      << answer;
}

TEST_F(ExchangeTest, AnswersPipelinedRequestsInOrder) {
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET /echo/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  requests += "GET /echo/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const std::string answers = ask(server_.port(), requests);
  EXPECT_EQ(count_of(answers, "HTTP/1.1 200 OK"), 51);
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = answers.find("GET /echo/" + std::to_string(i) + " HTTP/1.1 200", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(ExchangeTest, LeavesOutTheBodyForHeadButTellsItsLength) {
  const std::string answer = get("/echo", "HEAD");
  EXPECT_NE(answer.find("Content-Length: 11\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(ExchangeTest, LeavesOutThePiecesForHead) {
  EXPECT_TRUE(get("/pieces?known", "HEAD").ends_with("\r\n\r\n"));
  EXPECT_TRUE(get("/pieces", "HEAD").ends_with("\r\n\r\n"));
}

TEST_F(ExchangeTest, SendsPiecesOfAKnownLength) {
  const std::string answer = get("/pieces?known");
  EXPECT_NE(answer.find("Content-Length: 11\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\none two six")) << answer;
}

TEST_F(ExchangeTest, SendsPiecesInChunksWhenTheLengthIsNotKnown) {
  const std::string answer = get("/pieces");
  EXPECT_NE(answer.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n4\r\none \r\n4\r\ntwo \r\n3\r\nsix\r\n0\r\n\r\n")) << answer;
}

TEST_F(ExchangeTest, SendsPiecesToHttp10UntilItCloses) {
  const std::string answer = ask(server_.port(), "GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\none two six")) << answer;
}

TEST_F(ExchangeTest, SendsNeitherBodyNorLengthWith204) {
  const std::string answer = get("/204");
  EXPECT_EQ(status_of(answer), 204);
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
}

TEST_F(ExchangeTest, Answers500ForAHandlerThatThrows) {
  const std::string answer = get("/throw");
  EXPECT_EQ(status_of(answer), 500);
  EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
  EXPECT_EQ(answer.find("a bug of the handler"), std::string::npos);
}

TEST_F(ExchangeTest, GoesOnBehindAHandlerThatThrows) {
  const std::string answer = ask(server_.port(),
                                 "GET /throw HTTP/1.1\r\nHost: a\r\n\r\n"
                                 "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(answer), 500);
  EXPECT_TRUE(answer.ends_with("GET /echo ")) << answer;
}

TEST_F(ExchangeTest, BreaksOffWhenAHandlerThrowsInsideItsAnswer) {
  EXPECT_EQ(get("/throw?late").find("0\r\n\r\n"), std::string::npos);
}

TEST_F(ExchangeTest, Answers500ForAHandlerThatDoesNotAnswer) {
  EXPECT_EQ(status_of(get("/nothing")), 500);
}

TEST_F(ExchangeTest, BreaksOffWhenAHandlerLeavesItsAnswer) {
  const std::string answer = ask(server_.port(),
                                 "GET /half HTTP/1.1\r\nHost: a\r\n\r\n"
                                 "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_LE(count_of(answer, "HTTP/1.1 "), 1) << answer;
}

TEST_F(ExchangeTest, SendsNoHeaderThatWouldBreakTheHeadApart) {
  const std::string answer = get("/evil");
  EXPECT_EQ(status_of(answer), 500);
  EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
}

TEST_F(ExchangeTest, SaysWhoAsks) {
  EXPECT_TRUE(get("/peer").ends_with("tcp 127.0.0.1"));
}

}  // namespace
}  // namespace reeld::server_test
