#include "daemon/http/client/redirect.hpp"

#include <gtest/gtest.h>

namespace reeld::http {
namespace {

Url url(const char* text) {
  return *parse_url(text);
}

std::optional<Redirect> plan(Method method, int status, bool careful = false) {
  return *plan_redirect(url("https://a/x"), method, careful, status, "/y");
}

TEST(RedirectTest, OnlyRedirectsWithALocationAreFollowed) {
  for (const int status : {200, 201, 300, 304, 305, 306, 399, 404, 500}) {
    EXPECT_FALSE(plan(Method::kGet, status)) << status;
  }
  EXPECT_FALSE(*plan_redirect(url("https://a/x"), Method::kGet, false, 302, ""));
}

TEST(RedirectTest, MethodFollowsFromTheStatus) {
  for (const int status : {301, 302, 303}) {
    EXPECT_EQ(plan(Method::kPost, status)->method, Method::kGet);
    EXPECT_FALSE(plan(Method::kPost, status)->keeps_body);
    EXPECT_EQ(plan(Method::kGet, status)->method, Method::kGet);
  }
  for (const int status : {307, 308}) {
    EXPECT_EQ(plan(Method::kPost, status)->method, Method::kPost);
    EXPECT_TRUE(plan(Method::kPost, status)->keeps_body);
    EXPECT_EQ(plan(Method::kDelete, status)->method, Method::kDelete);
  }
  EXPECT_EQ(plan(Method::kDelete, 302)->method, Method::kDelete);
  EXPECT_EQ(plan(Method::kDelete, 303)->method, Method::kGet);
}

TEST(RedirectTest, CarefulPostIsNeverRedirected) {
  for (const int status : {301, 302, 303, 307, 308}) EXPECT_FALSE(plan(Method::kPost, status, true));
  EXPECT_TRUE(plan(Method::kGet, 302, true));
}

TEST(RedirectTest, NeverGoesFromHttpsToHttp) {
  const auto down = plan_redirect(url("https://a/"), Method::kGet, false, 302, "http://a/");
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().code, Errc::kPeerBroken);
  EXPECT_TRUE(*plan_redirect(url("http://a/"), Method::kGet, false, 302, "https://a/"));
}

TEST(RedirectTest, ErrorsDoNotQuoteTheLocation) {
  const auto bad = plan_redirect(url("https://a/"), Method::kGet, false, 302, "https://b/?token=se same");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Errc::kPeerBroken);
  EXPECT_EQ(bad.error().detail.find("token"), std::string::npos);
}

TEST(RedirectTest, TrailIsBoundedAndNoticesLoops) {
  Redirect to_b;
  to_b.url = url("https://a/b");
  RedirectTrail trail(2);
  trail.visit(Method::kGet, url("https://a/a"));
  EXPECT_TRUE(trail.step(to_b));
  trail.visit(Method::kGet, url("https://a/b"));
  EXPECT_FALSE(trail.step(to_b));
  // The same place by another method is another thing: a POST may lead to a GET of its own URL.
  RedirectTrail posted(1);
  posted.visit(Method::kPost, url("https://a/b"));
  EXPECT_TRUE(posted.step(to_b));
  EXPECT_FALSE(posted.step(to_b));
  EXPECT_FALSE(RedirectTrail(0).follows());
}

TEST(RedirectTest, LeavingTheOriginLeavesSecretsBehind) {
  Request request(Method::kPost, "https://a/");
  request.body = "body";
  request.headers = {
      {"authorization", "s"}, {"Cookie", "s"}, {"X-Key", "s"}, {"Accept", "a"}, {"Content-Type", "t"}};
  Redirect within;
  within.url = url("https://a/b");
  within.method = Method::kPost;
  within.keeps_body = true;
  apply(within, request);
  EXPECT_EQ(request.headers.size(), 5U);
  EXPECT_EQ(request.body, "body");
  Redirect elsewhere;
  elsewhere.url = url("https://b/");
  elsewhere.leaves_origin = true;
  apply(elsewhere, request);
  ASSERT_EQ(request.headers.size(), 1U);
  EXPECT_EQ(request.headers[0].name, "Accept");
  EXPECT_EQ(request.body, "");
  EXPECT_EQ(request.method, Method::kGet);
  EXPECT_EQ(request.url, "https://b/");
}

}  // namespace
}  // namespace reeld::http
