#include "daemon/cli/job_ids.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "daemon/app/exit_codes.hpp"

namespace reeld::cli {
namespace {

constexpr const char* kRain = "019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b";
constexpr const char* kSnow = "019ac1f0-7c3e-7a42-8b2d-5f0c6e1d2a3c";

Answer jobs(std::vector<std::string> ids) {
  Json list = Json::array();
  for (const std::string& id : ids) list.push_back({{"id", id}, {"name", "rain"}});
  return Json{{"jobs", list}};
}

TEST(FindJobTest, AWholeIdNeedsNoQuestion) {
  const auto id = find_job(kRain, [](const std::string&) -> Answer { return Trouble("asked", 1); });
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, kRain);
}

TEST(FindJobTest, AUniquePartStandsForItsJobWhateverItsCase) {
  std::string asked;
  const auto id = find_job("6E1D2A3B", [&asked](const std::string& part) {
    asked = part;
    return jobs({kRain});
  });
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, kRain);
  EXPECT_EQ(asked, "6e1d2a3b");
}

TEST(FindJobTest, ListsTheCandidatesOfAPartOfSeveral) {
  const auto id = find_job("019ac1f0", [](const std::string&) { return jobs({kRain, kSnow}); });
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().exit_code, app::kExitUsage);
  EXPECT_NE(id.error().words.find(kRain), std::string::npos);
  EXPECT_NE(id.error().words.find(kSnow), std::string::npos);
}

TEST(FindJobTest, SaysWhatIsNoPartOfAnIdWithoutAsking) {
  const Match never = [](const std::string&) -> Answer { return Trouble("asked", 1); };
  for (const char* word : {"abc", "rain", "", "../etc"}) {
    const auto id = find_job(word, never);
    ASSERT_FALSE(id) << word;
    EXPECT_EQ(id.error().exit_code, app::kExitUsage);
    EXPECT_NE(id.error().words.find("4 or more"), std::string::npos);
  }
}

TEST(FindJobTest, TellsAPartOfNone) {
  const auto id = find_job("abcd", [](const std::string&) { return jobs({}); });
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().words, "no job's id begins or ends with abcd");
}

TEST(ReadIdsTest, TakesIdsAndTheLinesOfAJsonList) {
  std::istringstream text(std::string(kRain) + "\r\n\n  5f0c6e1d  \n{\"id\":\"" + kSnow +
                          "\",\"name\":\"x\"}");
  const auto ids = read_ids(text);
  ASSERT_TRUE(ids);
  EXPECT_EQ(*ids, (std::vector<std::string>{kRain, "5f0c6e1d", kSnow}));
}

TEST(ReadIdsTest, NamesTheLineThatHoldsNoId) {
  for (const char* wrong : {"No jobs.", R"({"name":"x"})", R"({"id":7})", "{broken"}) {
    std::istringstream text(std::string(kRain) + "\n" + wrong + "\n");
    const auto ids = read_ids(text);
    ASSERT_FALSE(ids) << wrong;
    EXPECT_NE(ids.error().detail.find("line 2"), std::string::npos) << ids.error().detail;
  }
}

}  // namespace
}  // namespace reeld::cli
