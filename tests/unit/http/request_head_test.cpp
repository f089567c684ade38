#include "daemon/http/client/request_head.hpp"

#include <gtest/gtest.h>

namespace reeld::http {
namespace {

TEST(RequestHeadTest, AcceptsOrdinaryHeaders) {
  EXPECT_TRUE(check_headers({}));
  EXPECT_TRUE(check_headers(
      {{"Authorization", "Bearer a.b-c"}, {"If-Range", "\"tag\""}, {"X-1!#", ""}, {"X", "a\tb"}}));
  EXPECT_TRUE(check_headers({{"X", "caf\xc3\xa9"}}));
}

TEST(RequestHeadTest, RefusesWhatWouldEndAHeaderEarly) {
  const std::vector<Header> bad = {
      {"X", "a\r\nY: b"}, {"X", "a\r"},      {"X", "\n"},  {"X", std::string("\0", 1)},
      {"X", "\x7f"},      {"X", "\x1b[31m"}, {"", "a"},    {"X Y", "a"},
      {"X:", "a"},        {"X\r\n", "a"},    {"\xc3", "a"}};
  for (const Header& header : bad) {
    const auto checked = check_headers({header});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::kBadInput);
  }
}

TEST(RequestHeadTest, RefusesTheClientsOwnHeadersInAnyCase) {
  for (const char* name : {"Host", "hOST", "content-length", "Transfer-Encoding", "Connection", "User-Agent",
                           "Upgrade", "Expect", "TE", "Proxy-Authorization"}) {
    EXPECT_FALSE(check_headers({{name, "x"}})) << name;
  }
}

TEST(RequestHeadTest, NamesTheHeaderButNotItsValue) {
  const auto checked = check_headers({{"Authorization", "Bearer sesame\n"}});
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().detail.find("Authorization"), std::string::npos);
  EXPECT_EQ(checked.error().detail.find("sesame"), std::string::npos);
}

TEST(RequestHeadTest, WritesLengthWhereABodyCanBe) {
  Request request(Method::kPost, "https://a:8443/x?y");
  const Url url = *parse_url(request.url);
  EXPECT_EQ(request_head(request, url, "agent"),
            "POST /x?y HTTP/1.1\r\nHost: a:8443\r\nUser-Agent: agent\r\nAccept-Encoding: identity\r\n"
            "Content-Length: 0\r\n\r\n");
  request.method = Method::kDelete;
  request.headers = {{"accept-encoding", "gzip"}};
  EXPECT_EQ(request_head(request, url, ""),
            "DELETE /x?y HTTP/1.1\r\nHost: a:8443\r\naccept-encoding: gzip\r\n\r\n");
  request.body = "abc";
  EXPECT_NE(request_head(request, url, "").find("\r\nContent-Length: 3\r\n"), std::string::npos);
}

}  // namespace
}  // namespace reeld::http
