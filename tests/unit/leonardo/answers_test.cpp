#include "daemon/leonardo/answers.hpp"

#include <gtest/gtest.h>

namespace reeld::leonardo {
namespace {

constexpr const char* kId = "1f1a06db-37cd-6c60-9cac-182717e03f42";

TEST(ReadAcceptedTest, TakesEveryDocumentedEnvelope) {
  for (
      const std::string body :
      {R"({"generate":{"generationId":"1f1a06db-37cd-6c60-9cac-182717e03f42","apiCreditCost":null}})",
       R"({"generationId":"1f1a06db-37cd-6c60-9cac-182717e03f42","apiCreditCost":12})",
       R"({"motionVideoGenerationJob":{"generationId":"1f1a06db-37cd-6c60-9cac-182717e03f42"}})",
       R"({"sdGenerationJob":{"generationId":"1f1a06db-37cd-6c60-9cac-182717e03f42"},"new":{"member":1}})"}) {
    const auto accepted = read_accepted(body);
    ASSERT_TRUE(accepted) << body;
    EXPECT_EQ(accepted->id.str(), kId);
  }
}

TEST(ReadAcceptedTest, ReadsCostAsTextNumberOrCredits) {
  const std::string head = R"({"generate":{"generationId":"1f1a06db-37cd-6c60-9cac-182717e03f42",)";
  EXPECT_EQ(read_accepted(head + R"("cost":{"amount":"0.0147","unit":"DOLLARS"}}})")->cost.amount, "0.0147");
  EXPECT_EQ(read_accepted(head + R"("cost":{"amount":0.25,"unit":"DOLLARS"}}})")->cost.amount, "0.25");
  EXPECT_EQ(read_accepted(head + R"("apiCreditCost":80}})")->cost.unit, "CREDITS");
  EXPECT_EQ(read_accepted(head + R"("cost":null}})")->cost.amount, "");
}

TEST(ReadAcceptedTest, GivesNothingWithoutAUsableId) {
  for (const char* body :
       {"", "null", "[]", "{}", R"({"generate":null})", R"({"generate":{"generationId":null}})",
        R"({"generate":{"generationId":"../../etc/passwd"}})", R"({"generationId":7})"}) {
    EXPECT_FALSE(read_accepted(body)) << body;
  }
}

std::string status_body(const std::string& members) {
  return R"({"generations_by_pk":{"id":"1f1a06db-37cd-6c60-9cac-182717e03f42",)" + members + "}}";
}

TEST(ReadGenerationTest, ReadsACompleteFilmWithItsPoster) {
  const auto generation = read_generation(status_body(
      R"("status":"COMPLETE","seed":453560,"imageWidth":1920,"imageHeight":"1080","createdAt":"2026-08-25T10:14:04.838",
         "generated_images":[{"id":"x","url":"https://cdn.leonardo.ai/a-0.jpg","motionMP4URL":"https://cdn.leonardo.ai/a-0.mp4"}])"));
  ASSERT_TRUE(generation);
  EXPECT_EQ(generation->status, RenderStatus::kComplete);
  ASSERT_EQ(generation->films.size(), 1U);
  EXPECT_EQ(generation->films[0].poster_url, "https://cdn.leonardo.ai/a-0.jpg");
  EXPECT_EQ(generation->seed, 453560);
  EXPECT_EQ(generation->height, 1080);
  EXPECT_EQ(format_time(generation->created_at.value()), "2026-08-25T10:14:04.838Z");
}

TEST(ReadGenerationTest, FallsBackToAnUrlThatEndsLikeAFilm) {
  const auto generation = read_generation(status_body(
      R"("status":"COMPLETE","generated_images":[{"url":"https://cdn.leonardo.ai/a.mp4?s=1","motionMP4URL":null},
         {"url":"https://cdn.leonardo.ai/b.jpg","motionMP4URL":null}])"));
  ASSERT_EQ(generation->films.size(), 1U);
  EXPECT_EQ(generation->films[0].video_url, "https://cdn.leonardo.ai/a.mp4?s=1");
  EXPECT_EQ(generation->films[0].poster_url, "");
}

TEST(ReadGenerationTest, TakesNullsUnknownWordsAndTextNumbers) {
  const auto generation = read_generation(status_body(
      R"("status":"REHEARSING","seed":"453560","generated_images":null,"prompt":null,"brand_new":[{}])"));
  ASSERT_TRUE(generation);
  EXPECT_EQ(generation->status, RenderStatus::kOther);
  EXPECT_EQ(generation->seed, 453560);
  EXPECT_TRUE(generation->films.empty());
}

TEST(ReadGenerationTest, TakesNoNumberForASeedThatItIsNot) {
  EXPECT_FALSE(read_generation(status_body(R"("seed":18446744073709551615)"))->seed);
}

TEST(ReadGenerationTest, ANullGenerationIsNotFoundYet) {
  EXPECT_EQ(read_generation(R"({"generations_by_pk":null})").error().error_class, ErrorClass::kNotFound);
}

TEST(ReadGenerationTest, WhatIsNotUnderstoodIsTheServersTrouble) {
  for (const char* body :
       {"", "<html>", "[]", R"({"generations_by_pk":[]})", R"({"generations_by_pk":{"id":null}})"}) {
    EXPECT_EQ(read_generation(body).error().error_class, ErrorClass::kServerError) << body;
  }
}

TEST(ReadGenerationTest, SeesMarkersOfModeration) {
  EXPECT_TRUE(
      read_generation(
          status_body(R"("status":"FAILED","prompt_moderations":[{"moderationClassification":["NSFW"]}])"))
          ->moderated);
  EXPECT_TRUE(
      read_generation(status_body(R"("status":"FAILED","failure_reason":"PROMPT_MODERATION_BLOCKED")"))
          ->moderated);
  EXPECT_FALSE(read_generation(
                   status_body(R"("status":"FAILED","prompt_moderations":[{"moderationClassification":[]}])"))
                   ->moderated);
}

TEST(ReadGenerationsTest, AListWithAHoleIsNoList) {
  const std::string good = R"({"id":"1f1a06db-37cd-6c60-9cac-182717e03f42","status":"PENDING"})";
  EXPECT_EQ(read_generations(R"({"generations":[)" + good + "]}")->size(), 1U);
  for (const char* hole : {R"({"id":null})", "7", "null"}) {
    EXPECT_FALSE(read_generations(R"({"generations":[)" + good + "," + hole + "]}")) << hole;
  }
}

TEST(ReadAccountTest, ReadsTheUser) {
  const auto account =
      read_account(R"({"user_details":[{"user":{"id":"u-1","username":"ann"},"apiPaidTokens":null}]})");
  ASSERT_TRUE(account);
  EXPECT_EQ(account->user_id, "u-1");
  EXPECT_FALSE(read_account(R"({"user_details":[]})"));
}

}  // namespace
}  // namespace reeld::leonardo
