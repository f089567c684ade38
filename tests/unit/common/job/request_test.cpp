#include "job/helpers.hpp"

namespace reeld::test {
namespace {

const std::string kImage = R"({"id":"1f1a06db-37cd-6c60-9cac-182717e03f42","type":"UPLOADED"})";

TEST(RequestTest, ReturnsTheGuidesBodyUnchanged) {
  const std::string body =
      R"({"model":"ltxv-2.0-pro","public":false,"parameters":{"prompt":"Rain","start_frame":)" + kImage +
      R"(,"mode":"RESOLUTION_1080","prompt_enhance":"OFF","quantity":1,"duration":8,
                           "seed":453560,"width":1920,"height":1080,"audio":true}})";
  EXPECT_EQ(request(body, 453560), json(body));
}

TEST(RequestTest, StatesWhatAJobLeftOut) {
  EXPECT_EQ(request(job_text(), 99), json(R"({"model":"ltxv-2.0-pro","public":false,"parameters":{
      "prompt":"rain","mode":"RESOLUTION_1080","prompt_enhance":"OFF","quantity":1,"duration":8,"seed":99,
      "width":1920,"height":1080}})"));
}

TEST(RequestTest, LeavesTheSizeToTheStartFrame) {
  EXPECT_EQ(
      request(job_text("\"start_frame\":" + kImage + ","), 1),
      json(R"({"model":"ltxv-2.0-pro","public":false,"parameters":{"prompt":"rain","prompt_enhance":"OFF",
                 "quantity":1,"duration":8,"seed":1,"start_frame":)" +
           kImage + "}}"));
}

TEST(RequestTest, SendsNothingOfReeldsOwn) {
  const Json body = request(own_text(R"("name":"a","id":"b","tags":["c"],"priority":3)"));
  EXPECT_EQ(body, request(job_text()));
  EXPECT_FALSE(body.contains("reeld"));
}

TEST(RequestTest, SendsGuidancesFlatToLtx20) {
  EXPECT_EQ(request(job_text("\"guidances\":{\"start_frame\":[{\"image\":" + kImage + "}]},")),
            request(job_text("\"start_frame\":" + kImage + ",")));
}

TEST(RequestTest, SendsLtx23ItsOwnShape) {
  const std::string frames = "\"start_frame\":" + kImage + ",\"end_frame\":" + kImage + ",\"audio\":true,";
  EXPECT_EQ(
      request(job_text(frames + "\"width\":1080,\"height\":1920,", "", "ltxv-2.3-pro"), 5),
      json(R"({"model":"ltxv-2.3-pro","public":false,"parameters":{"prompt":"rain","mode":"RESOLUTION_1080",
                 "prompt_enhance":"OFF","quantity":1,"duration":8,"seed":5,"width":1080,"height":1920,
                 "motion_has_audio":true,"guidances":{"start_frame":[{"image":)" +
           kImage + R"(}],"end_frame":[{"image":)" + kImage + "}]}}}"));
}

TEST(RequestTest, MergesExtraParametersButNeverOverKnownOnes) {
  const Json body = request(own_text(R"("extra_parameters":{"camera":{"pan":1}})"));
  EXPECT_EQ(body["parameters"]["camera"], json(R"({"pan":1})"));
  JobSpec job = spec(job_text());
  job.extra_parameters = json(R"({"quantity":9})");
  EXPECT_EQ(build_request(job, *catalogue().find(job.model), 1)["parameters"]["quantity"], 1);
}

TEST(RequestTest, FollowsTheModelsSwitches) {
  Model model = *catalogue().find("ltxv-2.0-pro");
  const JobSpec job = spec(job_text("\"audio\":true,"));
  model.request_wrapper = true;
  EXPECT_TRUE(build_request(job, model, 1)["request"].contains("parameters"));
  model.request_wrapper = false;
  model.seed = false;
  model.audio_field = "";
  model.prompt_enhance = {"ON"};
  const Json parameters = build_request(job, model, 1)["parameters"];
  EXPECT_FALSE(parameters.contains("seed"));
  EXPECT_FALSE(parameters.contains("audio"));
  EXPECT_FALSE(parameters.contains("prompt_enhance"));
}

}  // namespace
}  // namespace reeld::test
