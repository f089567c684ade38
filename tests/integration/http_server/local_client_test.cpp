// What the local client makes of answers, good and bad.
#include <gtest/gtest.h>

#include "daemon/http/local/client.hpp"
#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/running_server.hpp"
#include "tests/integration/http_server/scripted_server.hpp"
#include "tests/support/files.hpp"

namespace reeld::server_test {
namespace {

using http::local::Client;
using http::local::Request;
using http::local::Target;
using namespace std::chrono_literals;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::unique_ptr<Client> client_of(const std::string& url) {
  Target target;
  target.url = url;
  target.token = "sesame";
  return *http::local::make_client(target);
}

Request request_for(const std::string& target, const std::string& method = "GET") {
  Request request;
  request.method = method;
  request.target = target;
  return request;
}

TEST(LocalClientTest, SendsTokenHostAndBasePath) {
  ScriptedServer server({{kOk}});
  Request request = request_for("/v1/stats?a=b");
  request.headers.push_back({"X-Extra", "yes"});
  const auto answer = client_of(server.url() + "/reeld/")->send(request);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "ok");
  EXPECT_EQ(server.finish().at(0), "GET /reeld/v1/stats?a=b HTTP/1.1\r\nHost: " + server.url().substr(7) +
                                       "\r\nAuthorization: Bearer sesame\r\nX-Extra: yes\r\n\r\n");
}

TEST(LocalClientTest, TakesAnErrorStatusForAnAnswer) {
  RunningServer server(loopback(), handle);
  const auto answer = client_of(server.url())->send(request_for("/refuse", "POST"));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->header("content-type"), "text/plain");
}

TEST(LocalClientTest, KeepsItsConnection) {
  RunningServer server(loopback(), handle);
  const auto client = client_of(server.url());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client->send(request_for("/echo")));
  EXPECT_EQ(server.open_connections(), 1U);
}

TEST(LocalClientTest, ConnectsAgainWhenTheServerHasClosed) {
  ServerLimits limits;
  limits.idle_time = 50ms;
  RunningServer server(loopback(limits), handle);
  const auto client = client_of(server.url());
  ASSERT_TRUE(client->send(request_for("/echo")));
  ASSERT_TRUE(test::eventually([&] { return server.open_connections() == 0; }));
  const auto answer = client->send(request_for("/echo"));
  EXPECT_TRUE(answer) << describe(answer.error());
}

TEST(LocalClientTest, RepeatsAGetWhoseConnectionDiesUnderIt) {
  ScriptedServer server({{kOk}, {kOk}});
  const auto client = client_of(server.url());
  ASSERT_TRUE(client->send(request_for("/first")));
  const auto answer = client->send(request_for("/second"));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "ok");
}

TEST(LocalClientTest, NeverSendsAPostOnAConnectionThatMayDieUnderIt) {
  ScriptedServer server({{kOk}, {kOk}});
  auto client = client_of(server.url());
  ASSERT_TRUE(client->send(request_for("/first")));
  ASSERT_TRUE(client->send(request_for("/second", "POST")));
  client.reset();
  EXPECT_EQ(server.finish().at(0).find("POST"), std::string::npos);
}

TEST(LocalClientTest, SaysThatNobodyAnswered) {
  ScriptedServer server({{}});
  const auto answer = client_of(server.url())->send(request_for("/", "POST"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kUnavailable);
}

TEST(LocalClientTest, RefusesAnswersThatBreakHttp) {
  const std::vector<std::string> broken = {"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok",
                                           "nonsense\r\n\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"};
  for (const std::string& text : broken) {
    ScriptedServer server({{text}}, ScriptedServer::Ending::kCloses);
    const auto answer = client_of(server.url())->send(request_for("/"));
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().code, Errc::kPeerBroken) << text;
  }
}

TEST(LocalClientTest, ReadsAnAnswerBehindInterimOnes) {
  ScriptedServer server({{"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + kOk}});
  const auto answer = client_of(server.url())->send(request_for("/"));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("Link"), "");
}

TEST(LocalClientTest, ReadsAHeadWithoutItsBody) {
  RunningServer server(loopback(), handle);
  const auto answer = client_of(server.url())->send(request_for("/echo", "HEAD"));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->header("Content-Length"), "11");
  EXPECT_EQ(answer->body, "");
}

TEST(LocalClientTest, UploadsInPieces) {
  RunningServer server(loopback(), handle);
  Request request = request_for("/count", "POST");
  int left = 100;
  request.next_piece = [&left]() -> Result<std::string> {
    return left-- > 0 ? std::string(10'000, 'x') : std::string();
  };
  const auto answer = client_of(server.url())->send(request);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_TRUE(answer->body.starts_with("bytes 1000000 ")) << answer->body;
}

TEST(LocalClientTest, HearsARefusalBeforeEverythingIsSent) {
  RunningServer server(loopback(), handle);
  const auto client = client_of(server.url());
  Request request = request_for("/refuse", "POST");
  int pieces = 0;
  request.next_piece = [&pieces]() -> Result<std::string> {
    return ++pieces < 100'000 ? std::string(10'000, 'x') : std::string();
  };
  const auto answer = client->send(request);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->status, 413);
  EXPECT_LT(pieces, 100'000);
  const auto next = client->send(request_for("/echo"));
  ASSERT_TRUE(next) << describe(next.error());
  EXPECT_EQ(next->status, 200);
}

TEST(LocalClientTest, ReturnsTheErrorOfABodyThatCannotBeMade) {
  RunningServer server(loopback(), handle);
  Request request = request_for("/count", "POST");
  request.next_piece = []() -> Result<std::string> { return Error{Errc::kIo, "test", "unreadable"}; };
  const auto answer = client_of(server.url())->send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kIo);
}

TEST(LocalClientTest, HandsABodyOverPieceByPiece) {
  RunningServer server(loopback(), handle);
  std::string body;
  const auto take = [&body](std::string_view piece) -> Result<void> {
    body += piece;
    if (body.size() > 1'000'000) return Error{Errc::kNoSpace, "test", "full"};
    return {};
  };
  const auto whole = client_of(server.url())->fetch(request_for("/pieces"), take);
  ASSERT_TRUE(whole) << describe(whole.error());
  EXPECT_EQ(body, "one two six");
  const auto endless = client_of(server.url())->fetch(request_for("/endless"), take);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, Errc::kNoSpace);
}

TEST(LocalClientTest, ReadsAStreamAndComesBackWhenNothingHappens) {
  RunningServer server(loopback(), handle);
  const auto stream = client_of(server.url())->open(request_for("/hold"));
  ASSERT_TRUE(stream) << describe(stream.error());
  EXPECT_EQ((*stream)->head().status, 200);
  auto piece = (*stream)->read_some(30s);
  ASSERT_TRUE(piece) << describe(piece.error());
  EXPECT_EQ(*piece, "held");
  piece = (*stream)->read_some(20ms);
  ASSERT_TRUE(piece) << describe(piece.error());
  EXPECT_EQ(*piece, "");
  server.stop(0ms);
  piece = (*stream)->read_some(30s);
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().code, Errc::kUnavailable);
}

TEST(LocalClientTest, GivesUpOnAnAnswerThatDoesNotCome) {
  RunningServer server(loopback(), handle);
  Request request = request_for("/slow?ms=60000");
  request.timeout = 50ms;
  const auto answer = client_of(server.url())->send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kTimedOut);
}

TEST(LocalClientTest, SendsNothingThatWouldBreakTheRequestApart) {
  const auto client = client_of("http://127.0.0.1:1");
  Request header = request_for("/");
  header.headers.push_back({"X", "a\r\nY: b"});
  for (const Request& request :
       {header, request_for("/a b"), request_for("/\r\n"), request_for("relative")}) {
    const auto answer = client->send(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::kBadInput);
  }
}

}  // namespace
}  // namespace reeld::server_test
