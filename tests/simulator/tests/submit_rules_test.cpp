#include "tests/simulator/submit_rules.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {
namespace {

struct Case {
  const char* name;
  const char* patch;  // merged into the body
  int status;         // 0: accepted
  const char* words;  // part of the refusal
};

const Json kLtx20 = Json::parse(R"({"model":"ltxv-2.0-pro","public":false,"parameters":{"prompt":"rain",
  "mode":"RESOLUTION_1080","prompt_enhance":"OFF","quantity":1,"duration":8,"seed":453560,"width":1920,"height":1080,
  "audio":true,"start_frame":{"id":"11111111-2222-4333-8444-555555555555","type":"UPLOADED"}}})");
const Json kLtx23 =
    Json::parse(R"({"model":"ltxv-2.3-fast","parameters":{"prompt":"rain","duration":20,"quantity":1,
  "width":1920,"height":1080,"motion_has_audio":true,"guidances":{"start_frame":[{"image":{
  "id":"11111111-2222-4333-8444-555555555555","type":"UPLOADED"}}]}}})");

void check(const Json& base, const Case& test, const SubmitPolicy& policy = {}) {
  Json body = base;
  body.merge_patch(Json::parse(test.patch));
  const auto result = check_submit(dump(body), policy);
  const auto* refused = std::get_if<Answer>(&result);
  EXPECT_EQ(refused != nullptr ? refused->status : 0, test.status) << test.name;
  if (refused != nullptr)
    EXPECT_NE(refused->text.find(test.words), std::string::npos) << test.name << refused->text;
}

constexpr const char* kValidation = "\"code\":\"validation-failed\"";
constexpr const char* kGraphql = "\"code\":\"VALIDATION_ERROR\"";

// A status of 200 in these tables is the GraphQL way of refusing.
constexpr std::array kLtx20Cases = {
    Case{"as it stands", "{}", 0, ""},
    Case{"least",
         R"({"public":null,"parameters":{"mode":null,"prompt_enhance":null,"quantity":null,"duration":null,
      "seed":null,"width":null,"height":null,"audio":null,"start_frame":null}})",
         0, ""},
    Case{"unknown root member", R"({"quality":1})", 400,
         R"({"error":"Unexpected variable quality","path":"$","code":"bad-request"})"},
    Case{"request wrapper", R"({"request":{}})", 400, "Unexpected variable request"},
    Case{
        "no prompt", R"({"parameters":{"prompt":null}})", 400,
        R"({"error":"expecting a value for non-nullable variable: \"prompt\"","path":"$","code":"validation-failed"})"},
    Case{"no parameters", R"({"parameters":null})", 400, R"(variable: \"prompt\")"},
    Case{"no model", R"({"model":null})", 400, R"(variable: \"model\")"},
    Case{"public as text", R"({"public":"no"})", 400,
         "expected a boolean for type 'Boolean', but found a string"},
    Case{"prompt as number", R"({"parameters":{"prompt":7}})", 400, kValidation},
    Case{"quantity as text", R"({"parameters":{"quantity":"1"}})", 400, kValidation},
    Case{"seed as fraction", R"({"parameters":{"seed":1.5}})", 400, kValidation},
    Case{"audio as number", R"({"parameters":{"audio":1}})", 400, kValidation},
    Case{"other model", R"({"model":"ltxv-9"})", 400,
         "ltxv-9 is not supported within the Production API. Please try again with a different model ID."},
    Case{"unknown parameter", R"({"parameters":{"fps":25}})", 200, kGraphql},
    Case{"guidances", R"({"parameters":{"guidances":{}}})", 200, kGraphql},
    Case{"7 seconds", R"({"parameters":{"duration":7}})", 200, kGraphql},
    Case{"10 seconds", R"({"parameters":{"duration":10}})", 200, kGraphql},
    Case{"other size", R"({"parameters":{"width":1280,"height":720}})", 400, "invalid dimensions"},
    Case{"upright", R"({"parameters":{"width":1080,"height":1920}})", 400, "invalid dimensions"},
    Case{"width alone", R"({"parameters":{"height":null}})", 400, "invalid dimensions"},
    Case{"4K", R"({"parameters":{"width":3840,"height":2160,"mode":"RESOLUTION_2160"}})", 0, ""},
    Case{"mode of another size", R"({"parameters":{"mode":"RESOLUTION_1440"}})", 200, "consistent"},
    Case{"unknown mode", R"({"parameters":{"mode":"RESOLUTION_720"}})", 200, kGraphql},
    Case{"enhance AUTO", R"({"parameters":{"prompt_enhance":"AUTO"}})", 200, kGraphql},
    Case{"quantity 0", R"({"parameters":{"quantity":0}})", 200, kGraphql},
    Case{"quantity 4", R"({"parameters":{"quantity":4}})", 0, ""},
    Case{"quantity 5", R"({"parameters":{"quantity":5}})", 200, kGraphql},
    Case{"largest seed", R"({"parameters":{"seed":2147483637}})", 0, ""},
    Case{"seed too large", R"({"parameters":{"seed":2147483638}})", 200, kGraphql},
    Case{"seed of 64 bits", R"({"parameters":{"seed":18446744073709551615}})", 200, kGraphql},
    Case{"seed below 0", R"({"parameters":{"seed":-1}})", 200, kGraphql},
    Case{"frame without type", R"({"parameters":{"start_frame":{"type":null}}})", 400, kValidation},
    Case{"frame of unknown type", R"({"parameters":{"start_frame":{"type":"URL"}}})", 200, kGraphql},
    Case{"frame with more", R"({"parameters":{"start_frame":{"file":"a.png"}}})", 200, kGraphql},
    Case{"frame id no uuid", R"({"parameters":{"start_frame":{"id":"a"}}})", 200, kGraphql},
    Case{"empty prompt", R"({"parameters":{"prompt":""}})", 200, kGraphql},
};

constexpr std::array kLtx23Cases = {
    Case{"as it stands", "{}", 0, ""},
    Case{"upright", R"({"parameters":{"width":1080,"height":1920}})", 0, ""},
    Case{"enhance AUTO", R"({"parameters":{"prompt_enhance":"AUTO"}})", 0, ""},
    Case{"no size", R"({"parameters":{"width":null}})", 400, kValidation},
    Case{"no quantity", R"({"parameters":{"quantity":null}})", 400, kValidation},
    Case{"quantity 2", R"({"parameters":{"quantity":2}})", 200, kGraphql},
    Case{"pro for 20 seconds", R"({"model":"ltxv-2.3-pro"})", 200, kGraphql},
    Case{"pro for 10 seconds", R"({"model":"ltxv-2.3-pro","parameters":{"duration":10}})", 0, ""},
    Case{"audio of LTX 2.0", R"({"parameters":{"audio":true}})", 200, kGraphql},
    Case{"flat frame", R"({"parameters":{"start_frame":{}}})", 200, kGraphql},
    Case{"unknown guidance", R"({"parameters":{"guidances":{"middle_frame":[]}}})", 200, kGraphql},
    Case{"no list", R"({"parameters":{"guidances":{"start_frame":{}}}})", 200, kGraphql},
    Case{"empty list", R"({"parameters":{"guidances":{"start_frame":[]}}})", 200, kGraphql},
    Case{"end frame", R"({"parameters":{"guidances":{"end_frame":[{"image":{
      "id":"11111111-2222-4333-8444-555555555555","type":"GENERATED"}}]}}})",
         0, ""},
};

TEST(SubmitRules, Ltx20TakesWhatItsGuideSaysAndNothingElse) {
  for (const Case& test : kLtx20Cases) check(kLtx20, test);
}

TEST(SubmitRules, Ltx23HasGuidancesAndItsOwnNumbers) {
  for (const Case& test : kLtx23Cases) check(kLtx23, test);
}

TEST(SubmitRules, PromptsAreCountedInCharacters) {
  Json body = kLtx20;
  std::string prompt;
  for (int i = 0; i < 1500; ++i) prompt += "\u00e4";
  body["parameters"]["prompt"] = prompt;
  EXPECT_TRUE(std::holds_alternative<Order>(check_submit(dump(body), {})));
  body["parameters"]["prompt"] = prompt + "a";
  const auto result = check_submit(dump(body), {});
  ASSERT_TRUE(std::holds_alternative<Answer>(result));
  EXPECT_EQ(
      std::get<Answer>(result).text,
      R"({"error":"Invalid prompt, maximum length of 1500 characters exceeded.","path":"$","code":"unexpected"})");
}

TEST(SubmitRules, TheWrapperIsTakenOnlyWhereAskedFor) {
  Json inner = kLtx23;
  inner["parameters"].erase("motion_has_audio");
  inner["parameters"]["audio"] = true;
  const std::string body = dump({{"request", inner}});
  EXPECT_TRUE(std::holds_alternative<Answer>(check_submit(body, {})));
  EXPECT_TRUE(std::holds_alternative<Order>(check_submit(body, {.accept_request_wrapper = true})));
  const std::string old = dump({{"request", kLtx20}});
  EXPECT_TRUE(std::holds_alternative<Answer>(check_submit(old, {.accept_request_wrapper = true})));
}

TEST(SubmitRules, DefaultsAreFilledIn) {
  const auto result =
      check_submit(R"({"model":"ltxv-2.0-fast","parameters":{"prompt":"a","mode":"RESOLUTION_1440"}})", {});
  ASSERT_TRUE(std::holds_alternative<Order>(result));
  const Order& order = std::get<Order>(result);
  EXPECT_EQ(order.width, 2560);
  EXPECT_EQ(order.height, 1440);
  EXPECT_EQ(order.duration, 8);
  EXPECT_EQ(order.quantity, 1);
  EXPECT_FALSE(order.seed);
}

TEST(SubmitRules, BrokenJsonIsRefused) {
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string(100'000, '[')}) {
    const auto result = check_submit(body, {});
    ASSERT_TRUE(std::holds_alternative<Answer>(result));
    EXPECT_EQ(std::get<Answer>(result).status, 400);
  }
}

}  // namespace
}  // namespace reeld::sim
