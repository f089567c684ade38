#include "daemon/http/client/proxy.hpp"

#include <gtest/gtest.h>

namespace reeld::http {
namespace {

TEST(ProxyTest, ReadsHostPortAndCredentials) {
  const auto plain = parse_proxy("http://Proxy.example");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "proxy.example");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->authorization, "");
  const auto full = parse_proxy("http://Aladdin:open%20sesame@[::1]:3128/");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->host, "::1");
  EXPECT_EQ(full->port, 3128);
  EXPECT_EQ(full->authorization, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(ProxyTest, RefusesOtherShapesWithoutQuotingThem) {
  for (const char* text :
       {"", "proxy:3128", "https://proxy:3128", "socks5://proxy", "http://u:secret%4@proxy",
        "http://u:secret%zz@proxy", "http://u:secret@proxy/path", "http://u:secret@proxy:99999"}) {
    const auto proxy = parse_proxy(text);
    ASSERT_FALSE(proxy) << text;
    EXPECT_EQ(proxy.error().detail.find("secret"), std::string::npos);
  }
}

TEST(ProxyTest, BypassesExactHostsSuffixesAndAll) {
  EXPECT_TRUE(bypasses_proxy({"*"}, "any.example", 443));
  EXPECT_TRUE(bypasses_proxy({"other", " A.Example "}, "a.example", 443));
  EXPECT_FALSE(bypasses_proxy({"a.example"}, "b.a.example", 443));
  EXPECT_TRUE(bypasses_proxy({".example"}, "b.a.example", 443));
  EXPECT_TRUE(bypasses_proxy({"*.example"}, "a.example", 443));
  EXPECT_FALSE(bypasses_proxy({".example"}, "example", 443));
  EXPECT_FALSE(bypasses_proxy({".example"}, "badexample", 443));
  EXPECT_FALSE(bypasses_proxy({"", " ", ":443", "."}, "a.example", 443));
  EXPECT_FALSE(bypasses_proxy({}, "a.example", 443));
}

TEST(ProxyTest, BypassesWithAPortOnlyThatPort) {
  EXPECT_TRUE(bypasses_proxy({"a.example:8443"}, "a.example", 8443));
  EXPECT_FALSE(bypasses_proxy({"a.example:8443"}, "a.example", 443));
  EXPECT_TRUE(bypasses_proxy({".example:443"}, "a.example", 443));
  EXPECT_TRUE(bypasses_proxy({"*:443"}, "a.example", 443));
  EXPECT_FALSE(bypasses_proxy({"*:443"}, "a.example", 444));
}

TEST(ProxyTest, BypassesAddresses) {
  EXPECT_TRUE(bypasses_proxy({"127.0.0.1"}, "127.0.0.1", 443));
  EXPECT_TRUE(bypasses_proxy({"::1"}, "::1", 443));
  EXPECT_TRUE(bypasses_proxy({"[::1]"}, "::1", 443));
  EXPECT_TRUE(bypasses_proxy({"[::1]:8443"}, "::1", 8443));
  EXPECT_FALSE(bypasses_proxy({"[::1]:8443"}, "::1", 443));
}

TEST(ProxyTest, AsksForATunnel) {
  Proxy proxy;
  proxy.authorization = "Basic eA==";
  EXPECT_EQ(tunnel_request(proxy, *parse_url("https://[::1]/x?secret"), "agent"),
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nProxy-Authorization: Basic eA==\r\n"
            "User-Agent: agent\r\n\r\n");
}

}  // namespace
}  // namespace reeld::http
