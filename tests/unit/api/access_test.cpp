#include "daemon/api/access.hpp"

#include <gtest/gtest.h>

#include "daemon/api/secrets.hpp"

namespace reeld::api {
namespace {

using http::server::Method;
using http::server::RequestHead;

const Time kNow = parse_time("2026-12-01T02:00:00Z").value();

RequestHead request(std::vector<http::server::Header> headers, Method method = Method::kGet) {
  RequestHead head;
  head.method = method;
  head.headers = std::move(headers);
  return head;
}

int status_of(const Outcome<void>& outcome) {
  return outcome ? 200 : outcome.error().status;
}

ApiOptions with_token() {
  ApiOptions options;
  options.token = "correct horse";
  options.hosts = {"render.example.com"};
  return options;
}

int host_status(const std::string& host) {
  return status_of(check_host(request({{"Host", host}}), with_token()));
}

TEST(AccessTest, AnswersUnderThisMachinesNamesAndThoseThatAreAllowed) {
  for (const char* host : {"localhost", "localhost:8420", "127.0.0.1:8420", "[::1]:8420", "LocalHost",
                           "render.example.com", "Render.Example.com:443"}) {
    EXPECT_EQ(host_status(host), 200) << host;
  }
  for (const char* host :
       {"", "evil.example", "localhost.evil.example", "[::2]", "[", "render.example.com.evil"}) {
    EXPECT_EQ(host_status(host), 421) << host;
  }
}

TEST(AccessTest, OverTheSocketTheHostDoesNotMatter) {
  RequestHead head = request({});
  head.peer.is_unix = true;
  EXPECT_EQ(status_of(check_host(head, with_token())), 200);
}

TEST(AccessTest, PagesOfOtherOriginsMayLookButNotChange) {
  const std::vector<http::server::Header> foreign{{"Host", "localhost:8420"},
                                                  {"Origin", "https://evil.example"}};
  EXPECT_EQ(status_of(check_origin(request(foreign, Method::kGet))), 200);
  EXPECT_EQ(status_of(check_origin(request(foreign, Method::kPost))), 403);
  EXPECT_EQ(status_of(check_origin(request(foreign, Method::kPatch))), 403);
}

TEST(AccessTest, TheOriginHasToBeThisHostWithItsPort) {
  const auto status = [](const std::string& origin) {
    return status_of(check_origin(request({{"Host", "localhost:8420"}, {"Origin", origin}}, Method::kPost)));
  };
  EXPECT_EQ(status("http://localhost:8420"), 200);
  EXPECT_EQ(status("http://LOCALHOST:8420"), 200);
  EXPECT_EQ(status("http://localhost:9000"), 403);
  EXPECT_EQ(status("http://localhost"), 403);
  EXPECT_EQ(status("null"), 403);
}

TEST(AccessTest, ABrowserThatNamesAnotherSiteIsRefused) {
  const auto status = [](const std::string& site) {
    return status_of(check_origin(request({{"Host", "localhost"}, {"Sec-Fetch-Site", site}}, Method::kPost)));
  };
  EXPECT_EQ(status("same-origin"), 200);
  EXPECT_EQ(status("none"), 200);
  EXPECT_EQ(status("same-site"), 403);
  EXPECT_EQ(status("cross-site"), 403);
}

TEST(AccessTest, ATcpPeerShowsTheToken) {
  const auto status = [](const std::string& value) {
    return status_of(check_credentials(request({{"Authorization", value}}), with_token(), kNow));
  };
  EXPECT_EQ(status("Bearer correct horse"), 200);
  EXPECT_EQ(status("bearer correct horse"), 200);
  EXPECT_EQ(status("Bearer correct hors"), 401);
  EXPECT_EQ(status("Bearer "), 401);
  EXPECT_EQ(status("Basic correct horse"), 401);
  EXPECT_EQ(status(""), 401);
}

TEST(AccessTest, WithoutATokenAndOverTheSocketNothingIsAsked) {
  EXPECT_EQ(status_of(check_credentials(request({}), ApiOptions{}, kNow)), 200);
  RequestHead head = request({});
  head.peer.is_unix = true;
  EXPECT_EQ(status_of(check_credentials(head, with_token(), kNow)), 200);
}

TEST(AccessTest, TheCookieOfALoginLetsInForThirtyDays) {
  const ApiOptions options = with_token();
  const std::string cookie = session_cookie(options, kNow, false);
  EXPECT_NE(cookie.find("; HttpOnly; SameSite=Strict"), std::string::npos) << cookie;
  EXPECT_NE(cookie.find("; Path=/;"), std::string::npos) << cookie;
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  EXPECT_NE(session_cookie(options, kNow, true).find("; Secure"), std::string::npos);

  const RequestHead head = request({{"Cookie", "a=b; " + cookie.substr(0, cookie.find(';')) + "; c=d"}});
  EXPECT_EQ(status_of(check_credentials(head, options, kNow)), 200);
  EXPECT_EQ(status_of(check_credentials(head, options, kNow + std::chrono::days(29))), 200);
  EXPECT_EQ(status_of(check_credentials(head, options, kNow + std::chrono::days(30))), 401);
  ApiOptions changed = options;
  changed.token = "another";
  EXPECT_EQ(status_of(check_credentials(head, changed, kNow)), 401);
}

TEST(AccessTest, ACookieThatSomebodyElseMadeIsNone) {
  const std::string expiry = "99999999999";
  EXPECT_TRUE(is_session(expiry + "." + hmac_sha256_hex("t", expiry), "t", kNow));
  EXPECT_FALSE(is_session("99999999998." + hmac_sha256_hex("t", expiry), "t", kNow));
  EXPECT_FALSE(is_session(expiry, "t", kNow));
  EXPECT_FALSE(is_session("", "t", kNow));
  EXPECT_FALSE(is_session("x." + hmac_sha256_hex("t", "x"), "t", kNow));
  EXPECT_FALSE(is_session(expiry + "." + hmac_sha256_hex("", expiry), "", kNow));
}

TEST(AccessTest, SecretsAreComputedAsOthersDo) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  Sha256 pieces;
  pieces.add("a");
  pieces.add("bc");
  EXPECT_EQ(pieces.hex(), sha256_hex("abc"));
}

}  // namespace
}  // namespace reeld::api
