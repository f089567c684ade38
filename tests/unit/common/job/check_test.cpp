#include "job/helpers.hpp"

namespace reeld::test {
namespace {

constexpr std::string_view kModels = "ltxv-2.0-fast, ltxv-2.0-pro, ltxv-2.3-fast, ltxv-2.3-pro";

/// The guide's request body as it is printed there, but for the id of the image.
constexpr std::string_view kGuide = R"({
  "model": "ltxv-2.0-pro",
  "public": false,
  "parameters": {
    "prompt": "A cinematic shot of rain falling on a quiet city street at night",
    "start_frame": { "id": "1f1a06db-37cd-6c60-9cac-182717e03f42", "type": "UPLOADED" },
    "mode": "RESOLUTION_1080",
    "prompt_enhance": "OFF",
    "quantity": 1,
    "duration": 8,
    "seed": 453560,
    "width": 1920,
    "height": 1080,
    "audio": true
  }
})";

TEST(CheckTest, TakesTheGuidesBodyAsItIs) {
  const JobSpec job = spec(kGuide);
  EXPECT_EQ(job.model, "ltxv-2.0-pro");
  EXPECT_FALSE(job.is_public);
  EXPECT_EQ(job.duration, 8);
  EXPECT_EQ(job.seed, 453560);
  EXPECT_EQ(job.width, 1920);
  EXPECT_EQ(job.audio, true);
  ASSERT_TRUE(job.start_frame);
  EXPECT_EQ(job.start_frame->type, "UPLOADED");
}

TEST(CheckTest, FillsInTheDefaults) {
  const JobSpec job = spec(job_text());
  EXPECT_FALSE(job.is_public);
  EXPECT_EQ(job.quantity, 1);
  EXPECT_EQ(job.width, 1920);
  EXPECT_EQ(job.height, 1080);
  EXPECT_EQ(job.mode, "RESOLUTION_1080");
  EXPECT_FALSE(job.seed);
  EXPECT_FALSE(job.audio);
  EXPECT_FALSE(job.prompt_enhance);
  EXPECT_EQ(job.priority, 0);
  EXPECT_FALSE(job.again);
}

TEST(CheckTest, ChecksTheRoot) {
  const std::string known(kModels);
  check_rules({
      {"[]", "must be an object, not an array of 0"},
      {"7", "must be an object, not 7"},
      {"{}", "model: is missing; known models: " + known +
                 "\nparameters: is missing: at least prompt and duration stand in it"},
      {job_text("", "", "ltxv-2.0"), "model: \"ltxv-2.0\" is not a known model; known: " + known},
      {R"({"model": 2, "parameters": {"prompt": "x", "duration": 6}})", "model: must be text, not 2"},
      {R"({"model": "ltxv-2.0-pro", "parameters": []})", "parameters: must be an object, not an array of 0"},
      {job_text("", ",\"public\":true"), ""},
      {job_text("", ",\"public\":\"false\""),
       "public: must be true or false, not \"false\"; write false without quotes"},
      {job_text("", ",\"public\":0"), "public: must be true or false, not 0"},
      {job_text("", ",\"pubic\":true"), "pubic: unknown member; did you mean \"public\"?"},
      {job_text("", ",\"webhook\":1"), "webhook: unknown member"},
      {job_text("", ",\"reeld\":7"), "reeld: must be an object, not 7"},
  });
}

TEST(CheckTest, ChecksThePrompt) {
  const auto with = [](const std::string& prompt) {
    return R"({"model":"ltxv-2.0-pro","parameters":{"duration":6,"prompt":)" + prompt + "}}";
  };
  const auto quoted = [](const std::string& text) { return '"' + text + '"'; };
  check_rules({
      {R"({"model":"ltxv-2.0-pro","parameters":{"duration":6}})",
       "parameters.prompt: is missing: say what the film shows"},
      {with("7"), "parameters.prompt: must be text, not 7"},
      {with("null"), "parameters.prompt: must be text, not null"},
      {with("\"\""), "parameters.prompt: is empty"},
      {with("\" \\n\\u3000\""), "parameters.prompt: is empty"},
      {with("\"a\\u0000b\""), "parameters.prompt: holds a NUL character"},
      {with("\"two\\nlines\""), ""},
      {with(quoted(std::string(1500, 'x'))), ""},
      {with(quoted(std::string(1501, 'x'))),
       "parameters.prompt: has 1501 characters, ltxv-2.0-pro takes at most 1500"},
  });
  std::string umlauts;
  for (int i = 0; i < 1500; ++i) umlauts += "\xC3\xBC";
  EXPECT_EQ(problems(with(quoted(umlauts))), "");
}

TEST(CheckTest, ChecksTheDuration) {
  const auto with = [](const std::string& duration, const std::string& model = "ltxv-2.0-pro") {
    return R"({"model":")" + model + R"(","parameters":{"prompt":"x","duration":)" + duration + "}}";
  };
  check_rules({
      {with("6"), ""},
      {with("8"), ""},
      {with("8.0"), ""},
      {with("7"), "parameters.duration: 7 is not one of 6, 8 (ltxv-2.0-pro)"},
      {with("10"), "parameters.duration: 10 is not one of 6, 8 (ltxv-2.0-pro)"},
      {with("-8"), "parameters.duration: -8 is not one of 6, 8 (ltxv-2.0-pro)"},
      {with("4294967304"), "parameters.duration: 4294967304 is not one of 6, 8 (ltxv-2.0-pro)"},
      {with("7.5"), "parameters.duration: 7.5 is not a whole number"},
      {with("\"8\""), "parameters.duration: must be a whole number, not \"8\"; write 8 without quotes"},
      {with("true"), "parameters.duration: must be a whole number, not true"},
      {with("10", "ltxv-2.3-pro"), ""},
      {with("12", "ltxv-2.3-pro"), "parameters.duration: 12 is not one of 6, 8, 10 (ltxv-2.3-pro)"},
      {with("20", "ltxv-2.3-fast"), ""},
      {R"({"model":"ltxv-2.0-pro","parameters":{"prompt":"x"}})",
       "parameters.duration: is missing; it is one of 6, 8 (ltxv-2.0-pro)"},
  });
}

TEST(CheckTest, ChecksQuantityAndSeed) {
  check_rules({
      {job_text("\"quantity\":4,"), ""},
      {job_text("\"quantity\":5,"), "parameters.quantity: 5 is not from 1 to 4"},
      {job_text("\"quantity\":0,"), "parameters.quantity: 0 is not from 1 to 4"},
      {job_text("\"quantity\":1e300,"), "parameters.quantity: 1e+300 is not from 1 to 4"},
      {job_text("\"quantity\":18446744073709551615,"),
       "parameters.quantity: 18446744073709551615 is not from 1 to 4"},
      {job_text("\"quantity\":2,", "", "ltxv-2.3-pro"), "parameters.quantity: 2 is not from 1 to 1"},
      {job_text("\"seed\":0,"), ""},
      {job_text("\"seed\":2147483637,"), ""},
      {job_text("\"seed\":2147483638,"), "parameters.seed: 2147483638 is not from 0 to 2147483637"},
      {job_text("\"seed\":-1,"), "parameters.seed: -1 is not from 0 to 2147483637"},
      {job_text("\"seed\":null,"), "parameters.seed: must be a whole number, not null"},
  });
}

TEST(CheckTest, ChecksPromptEnhanceAndAudio) {
  check_rules({
      {job_text("\"prompt_enhance\":\"ON\","), ""},
      {job_text("\"prompt_enhance\":\"AUTO\","),
       "parameters.prompt_enhance: \"AUTO\" is not one of OFF, ON (ltxv-2.0-pro)"},
      {job_text("\"prompt_enhance\":\"AUTO\",", "", "ltxv-2.3-pro"), ""},
      {job_text("\"prompt_enhance\":false,"), "parameters.prompt_enhance: must be text, not false"},
      {job_text("\"audio\":false,"), ""},
      {job_text("\"audio\":\"true\","),
       "parameters.audio: must be true or false, not \"true\"; write true without quotes"},
      {job_text("\"motion_has_audio\":true,"), "parameters.motion_has_audio: unknown member"},
      {job_text("\"motion_has_audio\":true,", "", "ltxv-2.3-pro"), ""},
      {job_text("\"motion_has_audio\":1,", "", "ltxv-2.3-pro"),
       "parameters.motion_has_audio: must be true or false, not 1"},
      {job_text("\"motion_has_audio\":true,\"audio\":true,", "", "ltxv-2.3-pro"),
       "parameters.audio: means the same as motion_has_audio: write one of the two"},
  });
  EXPECT_EQ(spec(job_text("\"motion_has_audio\":false,", "", "ltxv-2.3-pro")).audio, false);
}

TEST(CheckTest, NamesUnknownParameters) {
  check_rules({
      {job_text("\"durration\":8,"), "parameters.durration: unknown member; did you mean \"duration\"?"},
      {job_text("\"negative_prompt\":\"x\","), "parameters.negative_prompt: unknown member"},
      {job_text("\"a/b~c\":1,"), "parameters.a/b~c: unknown member"},
  });
  const std::string report = problems(job_text("\"" + std::string(5000, 'k') + "\":1,"));
  EXPECT_LT(report.size(), 120U);
  EXPECT_EQ(problems(job_text("\"bell\\u0007\":1,")), "parameters.bell\\u0007: unknown member");
}

TEST(CheckTest, TellsAllProblemsAtOnce) {
  EXPECT_EQ(
      problems(R"({"model": "ltxv-2.0-pro", "public": "no", "color": 1,
                         "parameters": {"prompt": " ", "duration": 7, "quantity": 9, "width": 1920,
                                        "start_frame": {"id": "x"}, "steps": 3},
                         "reeld": {"priority": 5000, "tag": []}})"),
      "color: unknown member\n"
      "public: must be true or false, not \"no\"\n"
      "parameters.steps: unknown member\n"
      "parameters.prompt: is empty\n"
      "parameters.quantity: 9 is not from 1 to 4\n"
      "parameters.duration: 7 is not one of 6, 8 (ltxv-2.0-pro)\n"
      "parameters.start_frame.id: \"x\" is not an id: 8-4-4-4-12 hexadecimal digits; a local image is named "
      "with \"file\"\n"
      "parameters.start_frame.type: is missing: GENERATED or UPLOADED\n"
      "parameters.height: is missing: width and height go together; 1920x1080, 2560x1440, 3840x2160 "
      "(ltxv-2.0-pro)\n"
      "reeld.tag: unknown member; did you mean \"tags\"?\n"
      "reeld.priority: 5000 is not from -1000 to 1000");
}

TEST(CheckTest, ChecksTheRestOfAJobWithAnUnknownModel) {
  const std::string report = problems(
      R"({"model": "sora-2", "parameters": {"prompt": "", "audioo": true, "seed": "1"}, "reeld": {"again": 1}})");
  EXPECT_NE(report.find("parameters.prompt: is empty"), std::string::npos);
  EXPECT_NE(report.find("parameters.audioo: unknown member; did you mean \"audio\"?"), std::string::npos);
  EXPECT_NE(report.find("parameters.seed: must be a whole number"), std::string::npos);
  EXPECT_NE(report.find("parameters.duration: is missing"), std::string::npos);
  EXPECT_NE(report.find("reeld.again: must be true or false"), std::string::npos);
}

TEST(CheckTest, TakesABodyUnderRequest) {
  const std::string body = job_text("\"seed\":3,");
  EXPECT_EQ(to_json(spec("{\"request\":" + body + "}")), to_json(spec(body)));
  EXPECT_EQ(spec("{\"request\":" + body + ",\"reeld\":{\"name\":\"a\"}}").name, "a");
  EXPECT_EQ(spec("{\"request\":" + own_text("\"name\":\"a\"") + "}").name, "a");
  check_rules({
      {"{\"request\":" + own_text("\"name\":\"a\"") + ",\"reeld\":{}}",
       "reeld: stands beside request and in it: write it once"},
      {"{\"request\":" + body + ",\"public\":true}", "public: unknown member"},
      {"{\"request\":7}", "request: must be an object, not 7"},
      {"{\"request\":" + job_text("\"sed\":3,") + "}",
       "request.parameters.sed: unknown member; did you mean \"seed\"?"},
  });
}

TEST(CheckTest, PointersBeginWhereTheJobStands) {
  const CheckedJob checked = check_job(json(job_text("\"sed\":3,")), catalogue(), "/4");
  ASSERT_EQ(checked.problems.size(), 1U);
  EXPECT_EQ(checked.problems[0].pointer, "/4/parameters/sed");
  EXPECT_EQ(describe(checked.problems[0]), "[4].parameters.sed: unknown member; did you mean \"seed\"?");
}

}  // namespace
}  // namespace reeld::test
