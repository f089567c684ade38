#include "daemon/leonardo/classify.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace reeld::leonardo {
namespace {

using namespace std::chrono_literals;

struct SubmitCase {
  const char* name;
  int status;
  const char* body;
  ErrorClass expected;
};

void PrintTo(const SubmitCase& c, std::ostream* out) {
  *out << c.name;
}

class ClassifySubmitTest : public testing::TestWithParam<SubmitCase> {};

TEST_P(ClassifySubmitTest, KnowsTheClass) {
  const ApiError error = classify_submit(GetParam().status, GetParam().body);
  EXPECT_EQ(to_string(error.error_class), to_string(GetParam().expected)) << error.words;
}

constexpr const char* kHtml = "<html><body>502 Bad Gateway</body></html>";

INSTANTIATE_TEST_SUITE_P(
    DocumentedBodies, ClassifySubmitTest,
    testing::Values(
        SubmitCase{
            "wrong key", 401,
            R"({"error":"Authentication hook unauthorized this request","path":"$","code":"access-denied"})",
            ErrorClass::kUnauthorized},
        SubmitCase{"the authorization hook fails", 500,
                   R"({"error":"Invalid response from authorization hook","path":"$","code":"unexpected"})",
                   ErrorClass::kMaybeSent},
        SubmitCase{"unexpected variable", 400,
                   R"({"error":"Unexpected variable quality","path":"$","code":"bad-request"})",
                   ErrorClass::kInvalid},
        SubmitCase{
            "missing prompt", 400,
            R"({"error":"expecting a value for non-nullable variable: \"prompt\"","path":"$.selectionSet","code":"validation-failed"})",
            ErrorClass::kInvalid},
        SubmitCase{
            "wrong type", 400,
            R"({"error":"expected a boolean for type 'Boolean', but found a string","code":"validation-failed"})",
            ErrorClass::kInvalid},
        SubmitCase{"moderated with 400", 400,
                   R"({"error":"content moderation filter: gore","path":"$","code":"unexpected"})",
                   ErrorClass::kModerated},
        SubmitCase{
            "moderated with 403", 403,
            R"({"error":"Your prompt appears to contain inappropriate content, please be mindful","code":"unexpected"})",
            ErrorClass::kModerated},
        SubmitCase{
            "prompt too long", 400,
            R"({"error":"Invalid prompt, maximum length of 1500 characters exceeded.","code":"unexpected"})",
            ErrorClass::kInvalid},
        SubmitCase{
            "unsupported model", 400,
            R"({"error":"ltxv-2.0-pro is not supported within the Production API. Please try again with a different model ID.","code":"unexpected"})",
            ErrorClass::kUnsupportedModel},
        SubmitCase{"init image", 400, R"({"error":"invalid init image id","code":"unexpected"})",
                   ErrorClass::kInvalid},
        SubmitCase{"image access", 400, R"({"error":"couldn't access image","code":"unexpected"})",
                   ErrorClass::kInvalid},
        SubmitCase{"no balance", 400, R"({"error":"not enough api tokens userId: 1234","code":"unexpected"})",
                   ErrorClass::kNoBalance},
        SubmitCase{"service error", 400, R"({"error":"Service Error","path":"$","code":"unexpected"})",
                   ErrorClass::kMaybeSent},
        SubmitCase{
            "GraphQL array with 200", 200,
            R"([{"message":"generic","path":["generate"],"extensions":{"code":"VALIDATION_ERROR","details":{"message":"human","errors":[{"message":"duration must be 6 or 8"}]}}}])",
            ErrorClass::kInvalid},
        SubmitCase{"GraphQL array with moderation", 200,
                   R"([{"message":"PROMPT_MODERATION_BLOCKED","extensions":{"code":"X"}}])",
                   ErrorClass::kModerated},
        SubmitCase{
            "GraphQL wrap", 200,
            R"({"errors":[{"message":"content moderation filter: x","extensions":{"path":"$","code":"unexpected"}}]})",
            ErrorClass::kModerated},
        SubmitCase{"error object", 400, R"({"error":{"message":"bad","code":"bad-request"}})",
                   ErrorClass::kInvalid},
        SubmitCase{"message alone, unknown words", 400, R"({"message":"something new"})",
                   ErrorClass::kMaybeSent},
        SubmitCase{"unknown words with 422", 422, R"({"error":"hm","code":"unexpected"})",
                   ErrorClass::kMaybeSent}),
    [](const auto& info) {
      std::string name = info.param.name;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
      return name;
    });

INSTANTIATE_TEST_SUITE_P(
    Uncertain, ClassifySubmitTest,
    testing::Values(
        SubmitCase{"Http500WhateverItsText", 500, R"({"error":"content moderation filter: x"})",
                   ErrorClass::kMaybeSent},
        SubmitCase{"Http502Html", 502, kHtml, ErrorClass::kMaybeSent},
        SubmitCase{"Http503", 503, "", ErrorClass::kMaybeSent},
        SubmitCase{"Http408", 408, R"({"error":"Unexpected variable x","code":"bad-request"})",
                   ErrorClass::kMaybeSent},
        SubmitCase{"Http200WithoutId", 200, R"({"generate":{"generationId":null}})", ErrorClass::kMaybeSent},
        SubmitCase{"Http200Garbage", 200, "garbage", ErrorClass::kMaybeSent},
        SubmitCase{"Http200Empty", 200, "", ErrorClass::kMaybeSent},
        SubmitCase{"Http201Error", 201, R"({"error":"Unexpected variable x","code":"bad-request"})",
                   ErrorClass::kMaybeSent},
        SubmitCase{"Http302", 302, "", ErrorClass::kMaybeSent},
        SubmitCase{"Http404Html", 404, kHtml, ErrorClass::kMaybeSent},
        SubmitCase{"Http400WithAuthWords", 400, R"({"error":"x","code":"access-denied"})",
                   ErrorClass::kMaybeSent},
        SubmitCase{"Http429", 429, kHtml, ErrorClass::kRateLimited}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ClassifyTest, TakesTheMostParticularMessage) {
  const ApiError error = classify_submit(
      200,
      R"([{"message":"generic","extensions":{"code":"VALIDATION_ERROR","details":{"message":"human","errors":[{"message":"field"}]}}}])");
  EXPECT_EQ(error.words, "field");
}

TEST(ClassifyTest, AReadIsNeverMoreThanAServersTroubleButForThreeStatuses) {
  EXPECT_EQ(classify_read(500, R"({"error":"Invalid response from authorization hook"})").error_class,
            ErrorClass::kServerError);
  EXPECT_EQ(classify_read(401, "").error_class, ErrorClass::kUnauthorized);
  EXPECT_EQ(classify_read(404, kHtml).error_class, ErrorClass::kNotFound);
  EXPECT_EQ(classify_read(429, "").error_class, ErrorClass::kRateLimited);
}

TEST(ClassifyTest, WordsOfAPeerAreCut) {
  const std::string long_words(10'000, 'x');
  EXPECT_LT(classify_submit(400, R"({"error":")" + long_words + R"("})").words.size(), 600U);
}

TEST(LostImageTest, IsARefusalThatNamesTheImage) {
  EXPECT_TRUE(
      is_lost_image(classify_submit(400, R"({"error":"Invalid init image id","code":"unexpected"})")));
  EXPECT_TRUE(
      is_lost_image(classify_submit(400, R"({"error":"couldn't access image","code":"unexpected"})")));
  EXPECT_FALSE(is_lost_image(classify_submit(400, R"({"error":"invalid prompt","code":"unexpected"})")));
  // Without a clear refusal nobody knows what became of the submit.
  EXPECT_FALSE(
      is_lost_image(classify_submit(500, R"({"error":"couldn't access image","code":"unexpected"})")));
}

TEST(RetryAfterTest, ReadsSecondsAndDates) {
  const Time now = parse_http_date("Tue, 01 Dec 2026 02:00:00 GMT").value();
  EXPECT_EQ(parse_retry_after("17", now), Duration(17s));
  EXPECT_EQ(parse_retry_after("Tue, 01 Dec 2026 02:00:30 GMT", now), Duration(30s));
}

TEST(RetryAfterTest, IgnoresWhatMakesNoSense) {
  const Time now = parse_http_date("Tue, 01 Dec 2026 02:00:00 GMT").value();
  for (const char* header : {"", "soon", "-5", "0", "99999999", "17.5", "Tue, 01 Dec 2026 01:00:00 GMT"}) {
    EXPECT_FALSE(parse_retry_after(header, now)) << header;
  }
}

TEST(ClassifyTest, HasWordsAlsoWhereTheServiceGivesNone) {
  EXPECT_EQ(classify_submit(500, R"({"error":""})").words, "HTTP 500 with a body that names no error");
}

}  // namespace
}  // namespace reeld::leonardo
