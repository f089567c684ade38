#include "common/config/rules.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace reeld {
namespace {

using Rule = std::string (*)(std::string&);

/// What the rule makes of the text, or "refused".
std::string outcome(Rule rule, std::string text) {
  const std::string wrong = rule(text);
  return wrong.empty() ? text : "refused";
}

void accepts(Rule rule, std::initializer_list<const char*> texts) {
  for (const char* text : texts) EXPECT_EQ(outcome(rule, text), text);
}

void refuses(Rule rule, std::initializer_list<const char*> texts) {
  for (const char* text : texts) EXPECT_EQ(outcome(rule, text), "refused") << text;
}

TEST(RulesTest, BaseUrlIsHttpsAlways) {
  accepts(check_base_url,
          {"https://cloud.leonardo.ai/api/rest", "https://127.0.0.1:8443", "https://[::1]:8443/api"});
  EXPECT_EQ(outcome(check_base_url, "https://cloud.leonardo.ai/api/rest//"),
            "https://cloud.leonardo.ai/api/rest");
  refuses(check_base_url,
          {"", "http://127.0.0.1:8080", "https://", "https://user@host", "https://host:0",
           "https://host:99999", "https://host/a b", "https://host/?q=1", "https://host#x",
           "cloud.leonardo.ai", "HTTPS://host", "https://ho st", "https://host:8443x", "https://host/a\nb"});
}

TEST(RulesTest, DownloadHostsAreNamesOrSuffixes) {
  accepts(check_host_pattern, {"cdn.leonardo.ai", "*.example.com", "127.0.0.1", "::1"});
  EXPECT_EQ(outcome(check_host_pattern, "CDN.Leonardo.AI"), "cdn.leonardo.ai");
  refuses(check_host_pattern, {"", "*", "*.", "https://cdn.leonardo.ai", "cdn.leonardo.ai:443", "a*.b",
                               "a..b", ".a", "a/b", "*.::1"});
}

TEST(RulesTest, ProxyIsHttpWithAPort) {
  accepts(check_proxy,
          {"", "http://proxy:3128", "http://eve:p%40ss@proxy.example:8080", "http://[::1]:3128"});
  EXPECT_EQ(outcome(check_proxy, "http://proxy:3128/"), "http://proxy:3128");
  refuses(check_proxy, {"proxy:3128", "https://proxy:3128", "http://proxy", "http://proxy:0", "http://:3128",
                        "http://pro xy:1", "http://[::1]", "socks5://proxy:1080", "http://a\r\nb:1"});
}

TEST(RulesTest, ABudgetIsDollarsAndCents) {
  accepts(check_budget, {"", "25.00", "3", "0.50", "0.00", "999999999.99"});
  for (std::string amount : {"25.0", "-1", "$5", "1,000.00", ".50", "1.", "1e3", "9999999999"}) {
    EXPECT_NE(check_budget(amount).find("is not an amount"), std::string::npos) << amount;
  }
}

TEST(RulesTest, StoreUrlIsAnAbsoluteSqlitePath) {
  accepts(check_store_url, {"", "sqlite:///var/lib/reeld/queue.db"});
  refuses(check_store_url, {"sqlite://queue.db", "/var/queue.db", "postgres://x/y", "sqlite:///",
                            "sqlite:///a/", "sqlite:/a", "sqlite:///a\nb"});
}

TEST(RulesTest, ListensOnHostAndPort) {
  accepts(check_listen, {"127.0.0.1:8420", "0.0.0.0:0", "localhost:65535", "[::1]:8420"});
  refuses(check_listen, {"", "8420", ":8420", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:x", "::1:8420",
                         "http://a:1", "a b:1"});
}

TEST(RulesTest, TimeZoneMustExist) {
  accepts(check_timezone, {"local", "UTC", "Europe/Berlin"});
  refuses(check_timezone, {"", "Europe/Atlantis", "../../etc/passwd"});
}

TEST(RulesTest, OutputIsATemplate) {
  accepts(check_output, {"{date}/{name}"});
  refuses(check_output, {"", "/{name}", "{nope}"});
}

}  // namespace
}  // namespace reeld
