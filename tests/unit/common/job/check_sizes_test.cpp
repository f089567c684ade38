#include "job/helpers.hpp"

namespace reeld::test {
namespace {

constexpr std::string_view kFrame =
    R"("start_frame":{"id":"1f1a06db-37cd-6c60-9cac-182717e03f42","type":"GENERATED"},)";

/// "1920x1080 RESOLUTION_1080" of a valid job, "-" for what is absent.
std::string size_and_mode(const std::string& job) {
  const JobSpec valid = spec(job);
  const std::string size =
      valid.width ? std::to_string(*valid.width) + "x" + std::to_string(valid.height.value_or(0)) : "-";
  return size + " " + valid.mode.value_or("-");
}

TEST(CheckSizesTest, StatesTheSizeOfATextToVideoJob) {
  EXPECT_EQ(size_and_mode(job_text()), "1920x1080 RESOLUTION_1080");
  EXPECT_EQ(size_and_mode(job_text("\"mode\":\"RESOLUTION_1440\",")), "2560x1440 RESOLUTION_1440");
  EXPECT_EQ(size_and_mode(job_text("\"mode\":\"RESOLUTION_2160\",", "", "ltxv-2.3-pro")),
            "3840x2160 RESOLUTION_2160");
  EXPECT_EQ(size_and_mode(job_text("\"width\":3840,\"height\":2160,")), "3840x2160 RESOLUTION_2160");
  EXPECT_EQ(size_and_mode(job_text("\"width\":1440,\"height\":2560,", "", "ltxv-2.3-fast")),
            "1440x2560 RESOLUTION_1440");
}

TEST(CheckSizesTest, LeavesTheSizeToTheStartFrame) {
  const std::string frame(kFrame);
  EXPECT_EQ(size_and_mode(job_text(frame)), "- -");
  EXPECT_EQ(size_and_mode(job_text(frame + "\"mode\":\"RESOLUTION_1440\",")), "- RESOLUTION_1440");
  EXPECT_EQ(size_and_mode(job_text(frame + "\"width\":2560,\"height\":1440,")), "2560x1440 RESOLUTION_1440");
  EXPECT_EQ(size_and_mode(job_text("\"start_frame\":{\"file\":\"a.png\"},")), "- -");
}

TEST(CheckSizesTest, RefusesSizesAndModesThatDoNotFit) {
  const std::string sizes = "1920x1080, 2560x1440, 3840x2160 (ltxv-2.0-pro)";
  check_rules({
      {job_text("\"width\":1920,\"height\":1081,"), "parameters.height: 1920x1081 is not one of " + sizes},
      {job_text("\"width\":1280,\"height\":720,"), "parameters.width: 1280x720 is not one of " + sizes},
      {job_text("\"width\":1920,\"height\":1440,"), "parameters.height: 1920x1440 is not one of " + sizes},
      {job_text("\"width\":1080,\"height\":1920,"), "parameters.width: 1080x1920 is not one of " + sizes},
      {job_text("\"width\":4294969216,\"height\":1080,"),
       "parameters.width: 4294969216x1080 is not one of " + sizes},
      {job_text("\"width\":1920,"), "parameters.height: is missing: width and height go together; " + sizes},
      {job_text("\"height\":1080,"), "parameters.width: is missing: width and height go together; " + sizes},
      {job_text("\"width\":1e300,\"height\":1080,"), "parameters.width: 1e+300 is too large"},
      {job_text("\"width\":\"1920\",\"height\":1080,"),
       "parameters.width: must be a whole number, not \"1920\"; write 1920 without quotes"},
      {job_text("\"mode\":\"RESOLUTION_720\","),
       "parameters.mode: \"RESOLUTION_720\" is not one of RESOLUTION_1080, RESOLUTION_1440, RESOLUTION_2160 "
       "(ltxv-2.0-pro)"},
      {job_text("\"mode\":1080,"), "parameters.mode: must be text, not 1080"},
      {job_text("\"mode\":\"RESOLUTION_1080\",\"width\":2560,\"height\":1440,"),
       "parameters.mode: mode RESOLUTION_1080 means 1080, but the height is 1440"},
      {job_text("\"mode\":\"RESOLUTION_1080\",\"width\":1440,\"height\":2560,", "", "ltxv-2.3-pro"),
       "parameters.mode: mode RESOLUTION_1080 means 1080, but the width is 1440"},
      {job_text("\"mode\":\"RESOLUTION_1080\",\"width\":1080,\"height\":1920,", "", "ltxv-2.3-pro"), ""},
  });
}

TEST(CheckSizesTest, AModelWithoutModesTakesAndGetsNone) {
  Catalogue models;
  ASSERT_TRUE(models.overlay(
      "[models.plain]\ndurations=[5]\nsizes=[\"1280x720\"]\nseed=false\naudio_field=\"\"\n", "m"));
  const auto check = [&models](std::string_view parameters) {
    const std::string text =
        R"({"model":"plain","parameters":{)" + std::string(parameters) + R"("prompt":"x","duration":5}})";
    return check_job(json(text), models);
  };
  const CheckedJob plain = check("");
  ASSERT_TRUE(plain.spec);
  EXPECT_EQ(plain.spec->width, 1280);
  EXPECT_FALSE(plain.spec->mode);
  EXPECT_EQ(describe(check("\"mode\":\"X\",").problems.at(0)), "parameters.mode: plain has no modes");
  EXPECT_EQ(describe(check("\"seed\":1,").problems.at(0)), "parameters.seed: plain takes no seed");
  EXPECT_EQ(describe(check("\"audio\":true,").problems.at(0)), "parameters.audio: plain has no audio switch");
  EXPECT_EQ(describe(check("\"prompt_enhance\":\"ON\",").problems.at(0)),
            "parameters.prompt_enhance: plain has no prompt enhancement");
}

}  // namespace
}  // namespace reeld::test
