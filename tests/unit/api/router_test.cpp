#include "daemon/api/router.hpp"

#include <gtest/gtest.h>

#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/routes.hpp"

namespace reeld::api {
namespace {

using enum http::server::Method;
using Segments = std::vector<std::string>;

Task<void> list(Context&, Call&) {
  co_return Outcome<void>();
}
Task<void> show(Context&, Call&) {
  co_return Outcome<void>();
}
Task<void> add(Context&, Call&) {
  co_return Outcome<void>();
}

constexpr Route kRoutes[] = {{kGet, "/v1/jobs", list},
                             {kPost, "/v1/jobs", add},
                             {kPost, "/v1/jobs/cancel", add},
                             {kGet, "/v1/jobs/{id}", show},
                             {kGet, "/v1/jobs/{id}/files/{file}", show},
                             {kGet, "/", list}};

TEST(RouterTest, FindsTheRouteAndWhatItsNamesStandFor) {
  EXPECT_EQ(find_route(kRoutes, kGet, Segments{"v1", "jobs"})->handler, list);
  EXPECT_EQ(find_route(kRoutes, kPost, Segments{"v1", "jobs"})->handler, add);
  EXPECT_EQ(find_route(kRoutes, kGet, Segments{})->handler, list);
  const auto file = find_route(kRoutes, kGet, Segments{"v1", "jobs", "a/b", "files", "1.jpg"});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->arguments, (Segments{"a/b", "1.jpg"}));
}

TEST(RouterTest, HeadIsServedByTheRouteOfGet) {
  EXPECT_EQ(find_route(kRoutes, kHead, Segments{"v1", "jobs"})->handler, list);
}

TEST(RouterTest, SaysWhichMethodsAPathTakes) {
  const auto refused = find_route(kRoutes, kDelete, Segments{"v1", "jobs"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 405);
  ASSERT_EQ(refused.error().headers.size(), 1U);
  EXPECT_EQ(refused.error().headers[0].name, "Allow");
  EXPECT_EQ(refused.error().headers[0].value, "GET, HEAD, POST");
}

TEST(RouterTest, APathThatNobodyHasIsNotFound) {
  for (const Segments& segments :
       {Segments{"v1"}, Segments{"v2", "jobs"}, Segments{"v1", "jobs", "a", "b"}}) {
    const auto refused = find_route(kRoutes, kGet, segments);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 404);
  }
}

TEST(RouterTest, TheBasePathIsTakenAwayWhereItIsThere) {
  const Segments with{"reeld", "v1", "jobs"};
  EXPECT_EQ(without_base(with, "/reeld").size(), 2U);
  EXPECT_EQ(without_base(with, "").size(), 3U);
  const Segments without{"v1", "jobs"};
  EXPECT_EQ(without_base(without, "/reeld").size(), 2U);
}

TEST(RouterTest, OnlyHealthAndTheLoginLinkAreOpenToAnybody) {
  EXPECT_TRUE(is_open_route(kGet, Segments{"healthz"}));
  EXPECT_TRUE(is_open_route(kGet, Segments{"login"}));
  EXPECT_FALSE(is_open_route(kPost, Segments{"login"}));
  EXPECT_FALSE(is_open_route(kPost, Segments{"v1", "login"}));
  EXPECT_FALSE(is_open_route(kGet, Segments{"readyz"}));
  EXPECT_FALSE(is_open_route(kGet, Segments{}));
}

}  // namespace
}  // namespace reeld::api
