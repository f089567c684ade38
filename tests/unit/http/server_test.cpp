// The HTTP server's decisions, without a socket.
#include <gtest/gtest.h>

#include <stdexcept>

#include "daemon/http/server/response_head.hpp"
#include "daemon/http/server/server.hpp"
#include "daemon/http/server/target.hpp"

namespace reeld::http::server {
namespace {

TEST(TargetTest, TakesPathAndQueryApart) {
  const auto target = parse_target("/v1/jobs/a%20b?state=a%2Cb&q=rain+on&flag&=x&&e=a=b");
  ASSERT_TRUE(target) << target.error().detail;
  EXPECT_EQ(target->path, "/v1/jobs/a%20b");
  EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "jobs", "a b"}));
  ASSERT_EQ(target->query.size(), 5U);
  EXPECT_EQ(target->query[0].name, "state");
  EXPECT_EQ(target->query[0].value, "a,b");
  EXPECT_EQ(target->query[1].value, "rain on");
  EXPECT_EQ(target->query[2].name, "flag");
  EXPECT_EQ(target->query[2].value, "");
  EXPECT_EQ(target->query[3].name, "");
  EXPECT_EQ(target->query[4].value, "a=b");
}

TEST(TargetTest, CountsASlashAtTheEndAsNoSegment) {
  EXPECT_TRUE(parse_target("/")->segments.empty());
  EXPECT_EQ(parse_target("/v1/")->segments, std::vector<std::string>{"v1"});
  EXPECT_EQ(parse_target("//v1")->segments, (std::vector<std::string>{"", "v1"}));
}

TEST(TargetTest, KeepsDotsThatAreNoSteps) {
  EXPECT_EQ(parse_target("/1.jpg/.../..a")->segments, (std::vector<std::string>{"1.jpg", "...", "..a"}));
}

TEST(TargetTest, KeepsAnEncodedPlusInTheQuery) {
  EXPECT_EQ(parse_target("/?q=a%2Bb")->query.at(0).value, "a+b");
}

TEST(TargetTest, RefusesOtherFormsAndBrokenEncoding) {
  for (const char* text :
       {"", "*", "a", "http://a/", "/%", "/%1", "/%gg", "/?%", "/ ", "/\xc3\xa9", "/#a", "/\x01"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(TargetTest, RefusesStepsSlashesAndControlCharactersInDisguise) {
  for (const char* text : {"/.", "/..", "/a/..", "/%2e", "/%2E.", "/.%2e/a", "/a%2fb", "/a%2F", "/%00",
                           "/%0a", "/%7f", "/?q=%00"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(ListenAddressTest, ReadsPortsAndSockets) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:8420")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("127.0.0.1:8420")->port, 8420);
  EXPECT_EQ(parse_listen_address("[::1]:0")->host, "::1");
  EXPECT_EQ(parse_listen_address("localhost:65535")->port, 65535);
  EXPECT_EQ(parse_listen_address("unix:/run/reeld/reeld.sock")->path, "/run/reeld/reeld.sock");
}

TEST(ListenAddressTest, RefusesWhatNamesNoPlace) {
  for (const char* text :
       {"", "8420", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", ":8420", "::1:80", "[::1]",
        "[a]:1", "[]:1", "a b:1", "unix:", "unix:relative", "unix:/run/"}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, Errc::kBadInput);
  }
}

TEST(ListenAddressTest, KnowsWhatOnlyThisMachineReaches) {
  for (const char* text : {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "unix:/a"}) {
    EXPECT_TRUE(is_local(*parse_listen_address(text))) << text;
  }
  for (const char* text :
       {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "localhost.example:1", "127.0.0.1.example:1"}) {
    EXPECT_FALSE(is_local(*parse_listen_address(text))) << text;
  }
}

TEST(ResponseHeadTest, LeavesOutWhatIsTheServersOwn) {
  Response response;
  response.headers = {{"content-length", "99"}, {"X-Own", "a"}, {"Connection", "upgrade"}};
  Framing framing;
  framing.body = Framing::Body::kLength;
  framing.length = 2;
  EXPECT_EQ(
      format_head(response, framing, *parse_time("2026-12-01T02:00:00Z")),
      "HTTP/1.1 200 OK\r\nDate: Tue, 01 Dec 2026 02:00:00 GMT\r\nX-Own: a\r\nContent-Length: 2\r\n\r\n");
}

TEST(ResponseHeadTest, RefusesHeadersThatWouldBreakItApart) {
  for (const Header& header :
       {Header{"X", "a\r\nY: b"}, Header{"X\n", "a"}, Header{"X Y", "a"}, Header{"", "a"}}) {
    Response response;
    response.headers = {header};
    EXPECT_THROW(format_head(response, Framing(), Time()), std::invalid_argument);
  }
}

}  // namespace
}  // namespace reeld::http::server
