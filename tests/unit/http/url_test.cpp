#include "daemon/http/client/url.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace reeld::http {
namespace {

TEST(UrlTest, TakesAnAbsoluteUrlApart) {
  const auto url = parse_url("HTTPS://Cloud.Leonardo.AI/api/rest/v1/me?a=b/c?d#fragment");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "cloud.leonardo.ai");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->target, "/api/rest/v1/me?a=b/c?d");
  EXPECT_EQ(url->host_header(), "cloud.leonardo.ai");
  EXPECT_EQ(url->authority(), "cloud.leonardo.ai:443");
  EXPECT_EQ(url->text(), "https://cloud.leonardo.ai/api/rest/v1/me?a=b/c?d");
}

TEST(UrlTest, KnowsPortsAndEmptyPaths) {
  EXPECT_EQ(parse_url("http://a")->port, 80);
  EXPECT_EQ(parse_url("http://a")->target, "/");
  EXPECT_EQ(parse_url("https://a?x")->target, "/?x");
  EXPECT_EQ(parse_url("https://a:8443/")->host_header(), "a:8443");
  EXPECT_EQ(parse_url("https://a:443/")->host_header(), "a");
  EXPECT_EQ(parse_url("https://a:/")->port, 443);
  EXPECT_EQ(parse_url("http://a:443/")->host_header(), "a:443");
}

TEST(UrlTest, KnowsIpv6InBrackets) {
  const auto url = parse_url("https://[2001:DB8::1]:8443/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->host_header(), "[2001:db8::1]:8443");
  EXPECT_EQ(parse_url("https://[::1]")->authority(), "[::1]:443");
}

TEST(UrlTest, RefusesWhatCannotBeAsked) {
  const std::array<std::string, 24> bad = {
      "",
      "cloud.leonardo.ai",
      "/path",
      "//host/path",
      "ftp://a/",
      "https:/a",
      "https:a",
      "https://",
      "https:///path",
      "https://:443/",
      "https://user@a/",
      "https://user:password@a/",
      "https://a:0/",
      "https://a:65536/",
      "https://a:-1/",
      "https://a:8 0/",
      "https://a b/",
      "https://a/b c",
      "https://a/\r\nX: y",
      "https://a/\x7f",
      "https://a/\xc3\xa9",
      "https://[::1/",
      "https://[fe80::1%eth0]/",
      "https://[::1]x/",
  };
  for (const std::string& text : bad) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Errc::kBadInput);
  }
  EXPECT_FALSE(parse_url("https://a/" + std::string(17'000, 'x')));
  EXPECT_FALSE(parse_url("https://" + std::string(300, 'x')));
  EXPECT_FALSE(parse_url(std::string("https://a/\0b", 12)));
}

TEST(UrlTest, EqualOriginsAreSchemeHostAndPort) {
  const auto origin = [](const char* text) { return parse_url(text)->origin(); };
  EXPECT_EQ(origin("https://A/x"), origin("https://a:443/y"));
  EXPECT_NE(origin("https://a/"), origin("http://a/"));
  EXPECT_NE(origin("https://a/"), origin("https://a:444/"));
  EXPECT_NE(origin("https://a/"), origin("https://b.a/"));
  EXPECT_NE(origin("https://a:80/"), origin("http://a/"));
}

TEST(UrlTest, ResolvesLocationsAsBrowsersDo) {
  const Url base = *parse_url("https://h:8443/b/c/d?q=1");
  const std::string origin = "https://h:8443";
  const std::array<std::pair<std::string, std::string>, 19> cases = {{
      {"https://x/y", "https://x/y"},
      {"HTTP://x", "http://x/"},
      {"//x/y", "https://x/y"},
      {"/y", origin + "/y"},
      {"/y/../z", origin + "/z"},
      {"/", origin + "/"},
      {"y", origin + "/b/c/y"},
      {"y/", origin + "/b/c/y/"},
      {"./y", origin + "/b/c/y"},
      {".", origin + "/b/c/"},
      {"..", origin + "/b/"},
      {"../y?z=../..", origin + "/b/y?z=../.."},
      {"../../../../y", origin + "/y"},
      {"?y", origin + "/b/c/d?y"},
      {"", origin + "/b/c/d?q=1"},
      {"#f", origin + "/b/c/d?q=1"},
      {"y#f", origin + "/b/c/y"},
      {"/a//b", origin + "/a//b"},
      {"y?at=1:2", origin + "/b/c/y?at=1:2"},
  }};
  for (const auto& [location, expected] : cases) {
    const auto url = resolve_location(base, location);
    ASSERT_TRUE(url) << location;
    EXPECT_EQ(url->text(), expected) << location;
  }
}

TEST(UrlTest, RefusesLocationsThatLeadElsewhereThanHttp) {
  const Url base = *parse_url("https://h/");
  for (const char* location : {"javascript:alert(1)", "file:///etc/passwd", "https:", "http:/x", "/a b",
                               "//u@x/", "/\r\nX: y", "data:,x"}) {
    EXPECT_FALSE(resolve_location(base, location)) << location;
  }
}

}  // namespace
}  // namespace reeld::http
