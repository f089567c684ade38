// What could be read in two ways is refused before its body is looked at.
#include <gtest/gtest.h>

#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/raw_client.hpp"
#include "tests/integration/http_server/running_server.hpp"

namespace reeld::server_test {
namespace {

class FramingTest : public testing::Test {
 protected:
  /// Sends the request with another one hidden behind it; the hidden one must not be answered.
  void expect_refused(const std::string& request, int status) {
    const std::string answer = ask(server_.port(), request + "GET /echo/hidden HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(answer), status) << request;
    EXPECT_EQ(count_of(answer, "\r\nDate: "), 1) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
  }

  void expect_target_refused(const std::string& target) {
    expect_refused("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  }

  RunningServer server_{loopback(), handle};
};

TEST_F(FramingTest, RefusesATransferEncodingThatItDoesNotKnow) {
  for (const char* coding : {"gzip", "identity", "chunked, identity", "gzip, chunked", "xchunked",
                             "chunked;q=1", "\"chunked\"", "chunked,", ""}) {
    expect_refused(std::string("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ") + coding + "\r\n\r\n",
                   501);
  }
}

TEST_F(FramingTest, RefusesATransferEncodingBesideALength) {
  expect_refused("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                 400);
  expect_refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                 400);
  expect_refused("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\n",
                 400);
}

TEST_F(FramingTest, RefusesTwoTransferEncodings) {
  expect_refused(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
      400);
  expect_refused(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
}

TEST_F(FramingTest, RefusesATransferEncodingOnHttp10) {
  expect_refused("POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
}

TEST_F(FramingTest, RefusesHeaderNamesThatOthersReadAnotherWay) {
  expect_refused("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", 400);
  expect_refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length\t: 5\r\n\r\n", 400);
  expect_refused(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b"
      "chunked\r\n\r\n",
      400);
}

TEST_F(FramingTest, RefusesLengthsThatAreNotOneNumber) {
  for (const char* lengths :
       {"Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: -1", "Content-Length: 0x5",
        "Content-Length: ", "Content-Length: 99999999999999999999"}) {
    expect_refused(std::string("POST /echo HTTP/1.1\r\nHost: a\r\n") + lengths + "\r\n\r\n", 400);
  }
}

TEST_F(FramingTest, AsksForExactlyOneHost) {
  expect_refused("GET / HTTP/1.1\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
}

TEST_F(FramingTest, RefusesAnExpectationThatItDoesNotKnow) {
  expect_refused("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nContent-Length: 5\r\n\r\n", 417);
}

TEST_F(FramingTest, RefusesOtherVersions) {
  expect_refused("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505);
}

TEST_F(FramingTest, RefusesWhatIsNoHttp) {
  expect_refused("hello\r\n\r\n", 400);
  expect_refused("\x16\x03\x01 hello\r\n\r\n", 400);
}

TEST_F(FramingTest, RefusesTargetsThatAreNoPath) {
  expect_target_refused("http://a/echo");
  expect_target_refused("*");
  expect_refused("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
}

TEST_F(FramingTest, RefusesStepsOutOfAPathInAnyDisguise) {
  for (const char* target : {"/..", "/a/../b", "/a/./b", "/%2e%2e/b", "/.%2E/b", "/%2e", "/a%2fb",
                             "/a%2F..%2Fb", "/a%00", "/a%0d%0ab", "/%", "/%4", "/%zz", "/?a=%zz", "/a#b"}) {
    expect_target_refused(target);
  }
}

TEST_F(FramingTest, RefusesABrokenChunk) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* body : {"x\r\n", "-1\r\nabc\r\n", "3\r\nabcd\r\n", "3 \r\nabc\r\n0\r\n\r\n"}) {
    EXPECT_EQ(status_of(ask(server_.port(), head + body + "0\r\n\r\n")), 400) << body;
  }
}

TEST_F(FramingTest, RefusesEndlessTrailers) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ";
  EXPECT_EQ(status_of(ask(server_.port(), head + std::string(100'000, 'a'))), 400);
}

TEST_F(FramingTest, ServesHttp10AndClosesBehindIt) {
  const std::string answer = ask(server_.port(), "GET /echo HTTP/1.0\r\n\r\n");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_TRUE(answer.ends_with("GET /echo ")) << answer;
}

}  // namespace
}  // namespace reeld::server_test
