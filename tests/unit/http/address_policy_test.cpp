#include "daemon/http/client/address_policy.hpp"

#include <gtest/gtest.h>

#include "daemon/http/client/client.hpp"

namespace reeld::http {
namespace {

Result<void> check(const std::vector<std::string>& allowed, const char* url) {
  return AddressPolicy(allowed).check(*parse_url(url));
}

TEST(AddressPolicyTest, KnowsPrivateAddresses) {
  for (const char* address : {"0.0.0.0",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.9.9.9",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "198.18.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "fdff::1",
                              "ff02::1",
                              "fec0::1",
                              "::ffff:10.0.0.1",
                              "::ffff:127.0.0.1",
                              "::127.0.0.1",
                              "64:ff9b::a00:1",
                              "2002:a00:1::1",
                              "not an address",
                              "",
                              "64:ff9b:1::808:808"}) {
    EXPECT_TRUE(is_private_address(address)) << address;
  }
}

TEST(AddressPolicyTest, KnowsPublicAddresses) {
  for (const char* address :
       {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1", "128.0.0.1",
        "169.253.0.1", "172.15.255.255", "172.32.0.0", "192.167.0.1", "192.169.0.1", "223.255.255.255",
        "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2a00:1450::1"}) {
    EXPECT_FALSE(is_private_address(address)) << address;
  }
}

TEST(AddressPolicyTest, WithoutAListAllIsAllowed) {
  EXPECT_TRUE(check({}, "http://10.0.0.1/"));
  EXPECT_TRUE(AddressPolicy({}).permits("a", boost::asio::ip::make_address("10.0.0.1")));
}

TEST(AddressPolicyTest, MatchesExactNamesAndSuffixes) {
  const std::vector<std::string> allowed = {"CDN.Leonardo.ai", "*.example.com", "[::1]"};
  EXPECT_TRUE(check(allowed, "https://cdn.leonardo.ai:8443/x"));
  EXPECT_TRUE(check(allowed, "https://a.example.com/"));
  EXPECT_TRUE(check(allowed, "https://a.b.example.com/"));
  EXPECT_TRUE(check(allowed, "https://[::1]/"));
  EXPECT_FALSE(check(allowed, "https://x.cdn.leonardo.ai/"));
  EXPECT_FALSE(check(allowed, "https://example.com/"));
  EXPECT_FALSE(check(allowed, "https://badexample.com/"));
  EXPECT_FALSE(check(allowed, "https://a.example.com.evil.org/"));
  EXPECT_FALSE(check(allowed, "https://.example.com/"));
}

TEST(AddressPolicyTest, AListMeansHttpsOnly) {
  const auto refused = check({"a.example.com"}, "http://a.example.com/");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBadInput);
}

TEST(AddressPolicyTest, OnlyANameThatIsListedItselfMayBePrivate) {
  const AddressPolicy policy({"inside.example.com", "*.example.com"});
  const auto inside = boost::asio::ip::make_address("10.0.0.1");
  const auto outside = boost::asio::ip::make_address("1.1.1.1");
  EXPECT_TRUE(policy.permits("inside.example.com", inside));
  EXPECT_FALSE(policy.permits("other.example.com", inside));
  EXPECT_TRUE(policy.permits("other.example.com", outside));
}

}  // namespace
}  // namespace reeld::http
