#include "daemon/api/problem.hpp"

#include <gtest/gtest.h>

namespace reeld::api {
namespace {

TEST(ProblemTest, AnErrorBecomesTheStatusThatFits) {
  const auto status = [](Errc code) { return Refusal(Error{code, "test", "words"}).status; };
  EXPECT_EQ(status(Errc::kBadInput), 400);
  EXPECT_EQ(status(Errc::kNotFound), 404);
  EXPECT_EQ(status(Errc::kConflict), 409);
  EXPECT_EQ(status(Errc::kUnavailable), 503);
  EXPECT_EQ(status(Errc::kPeerRejected), 502);
  EXPECT_EQ(status(Errc::kNoSpace), 507);
  EXPECT_EQ(status(Errc::kInternal), 500);
}

TEST(ProblemTest, IsToldAsRfc9457Has) {
  const auto response = problem_response(not_found("there is no job x"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.at(0).value, "application/problem+json");
  EXPECT_EQ(Json::parse(response.body), (Json{{"type", "about:blank"},
                                              {"title", "Not Found"},
                                              {"status", 404},
                                              {"detail", "there is no job x"},
                                              {"code", "not_found"}}));
}

TEST(ProblemTest, AnErrorOfOursIsLoggedAndNotTold) {
  const Refusal refusal(Error{Errc::kIo, "files.open", "/secret/place: is broken"});
  EXPECT_EQ(problem_response(refusal).body.find("secret"), std::string::npos);
  EXPECT_NE(refusal.cause.find("/secret/place"), std::string::npos);
}

TEST(ProblemTest, AProblemWithoutALineHasNone) {
  const Json list = problems_json({{3, "/a", "x"}, {0, "", "y"}});
  EXPECT_EQ(list, (Json::array({{{"line", 3}, {"pointer", "/a"}, {"message", "x"}},
                                {{"line", nullptr}, {"pointer", ""}, {"message", "y"}}})));
}

}  // namespace
}  // namespace reeld::api
