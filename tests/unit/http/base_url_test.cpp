// Where the local client finds the daemon.
#include "daemon/http/local/base_url.hpp"

#include <gtest/gtest.h>

namespace reeld::http::local {
namespace {

TEST(BaseUrlTest, TakesAUrlApart) {
  const auto url = parse_base_url("https://render.example.com/reeld/");
  ASSERT_TRUE(url) << url.error().detail;
  EXPECT_TRUE(url->is_tls);
  EXPECT_EQ(url->host, "render.example.com");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->path, "/reeld");
  EXPECT_EQ(url->host_header(), "render.example.com");
}

TEST(BaseUrlTest, WritesBracketsAndPortsIntoTheHostHeader) {
  EXPECT_EQ(parse_base_url("http://[::1]:8420")->host_header(), "[::1]:8420");
  EXPECT_EQ(parse_base_url("http://[::1]:8420")->host, "::1");
  EXPECT_EQ(parse_base_url("http://localhost:80/")->host_header(), "localhost");
  EXPECT_EQ(parse_base_url("https://localhost:80")->host_header(), "localhost:80");
}

TEST(BaseUrlTest, RefusesWhatIsNoBase) {
  for (const char* text : {"", "127.0.0.1:8420", "ftp://a", "http://", "http:///a", "http://a:0",
                           "http://a:x", "http://a:70000", "http://u@a", "http://a?b", "http://a#b",
                           "http://a b", "http://[a]", "http://[::1%eth0]", "http://a/\r\n"}) {
    const auto url = parse_base_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Errc::kBadInput);
  }
}

}  // namespace
}  // namespace reeld::http::local
