#include "common/job/catalogue.hpp"

#include "job/helpers.hpp"

namespace reeld::test {
namespace {

std::string overlay_error(std::string_view toml) {
  Catalogue models = Catalogue::embedded();
  const auto result = models.overlay(toml, "my.toml");
  if (result) return "";
  EXPECT_EQ(result.error().code, Errc::kBadInput);
  return result.error().detail;
}

TEST(CatalogueTest, ShipsFourModels) {
  EXPECT_EQ(catalogue().names(),
            (std::vector<std::string>{"ltxv-2.0-fast", "ltxv-2.0-pro", "ltxv-2.3-fast", "ltxv-2.3-pro"}));
  EXPECT_EQ(catalogue().find("ltxv-2.0"), nullptr);
}

TEST(CatalogueTest, KnowsLtx20AsTheGuideHasIt) {
  for (const char* name : {"ltxv-2.0-pro", "ltxv-2.0-fast"}) {
    const Model* model = catalogue().find(name);
    ASSERT_NE(model, nullptr) << name;
    EXPECT_EQ(model->name, name);
    EXPECT_EQ(model->durations, (std::vector<int>{6, 8}));
    EXPECT_EQ(model->sizes, (std::vector<Size>{{1920, 1080}, {2560, 1440}, {3840, 2160}}));
    EXPECT_EQ(model->default_size, (Size{1920, 1080}));
    EXPECT_EQ(model->frame_shape, FrameShape::kFlat);
    EXPECT_EQ(model->prompt_enhance, (std::vector<std::string>{"OFF", "ON"}));
    EXPECT_EQ(model->max_quantity, 4);
    EXPECT_EQ(model->max_prompt, 1500U);
    EXPECT_EQ(model->audio_field, "audio");
    EXPECT_TRUE(model->seed);
    EXPECT_FALSE(model->end_frame);
    EXPECT_FALSE(model->request_wrapper);
  }
}

TEST(CatalogueTest, KnowsLtx23) {
  const Model* fast = catalogue().find("ltxv-2.3-fast");
  const Model* pro = catalogue().find("ltxv-2.3-pro");
  ASSERT_TRUE(fast != nullptr && pro != nullptr);
  EXPECT_EQ(pro->durations, (std::vector<int>{6, 8, 10}));
  EXPECT_EQ(fast->durations, (std::vector<int>{6, 8, 10, 12, 14, 16, 18, 20}));
  EXPECT_EQ(pro->sizes.size(), 6U);
  EXPECT_EQ(pro->frame_shape, FrameShape::kGuidances);
  EXPECT_TRUE(pro->end_frame);
  EXPECT_EQ(pro->max_quantity, 1);
  EXPECT_EQ(pro->max_prompt, 5000U);
  EXPECT_EQ(pro->audio_field, "motion_has_audio");
}

TEST(CatalogueTest, AnOverlayChangesOnlyTheKeysItNames) {
  Catalogue models = Catalogue::embedded();
  ASSERT_TRUE(
      models.overlay("[models.\"ltxv-2.0-pro\"]\nmax_prompt = 2000\nrequest_wrapper = true\n", "my.toml"));
  const Model* model = models.find("ltxv-2.0-pro");
  EXPECT_EQ(model->max_prompt, 2000U);
  EXPECT_TRUE(model->request_wrapper);
  EXPECT_EQ(model->durations, (std::vector<int>{6, 8}));
  EXPECT_EQ(models.find("ltxv-2.0-fast")->max_prompt, 1500U);
}

TEST(CatalogueTest, AnOverlayAddsAModel) {
  Catalogue models = Catalogue::embedded();
  ASSERT_TRUE(
      models.overlay("[models.\"kling-3.0\"]\ndurations = [5]\nsizes = [\"1280x720\", \"720x1280\"]\n"
                     "modes = { RESOLUTION_720 = 720 }\nframe_shape = \"guidances\"\n",
                     "my.toml"));
  const Model* model = models.find("kling-3.0");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->default_size, (Size{1280, 720}));
  EXPECT_EQ(model->frame_shape, FrameShape::kGuidances);
  EXPECT_EQ(models.names().size(), 5U);
}

TEST(CatalogueTest, AnEmptyOverlayIsFine) {
  EXPECT_EQ(overlay_error("# nothing\n"), "");
}

TEST(CatalogueTest, NamesFileLineColumnAndKey) {
  const std::string head = "[models.\"ltxv-2.0-pro\"]\n";
  const std::string at = "my.toml:2:";
  const std::string key = "models.\"ltxv-2.0-pro\".";
  struct Row {
    std::string line;
    std::string error;
  };
  for (const Row& row : std::vector<Row>{
           {"duration = [6]", at + "1: " + key + "duration: unknown key; did you mean \"durations\"?"},
           {"durations = 6",
            at + "13: " + key + "durations: must be an array of seconds, each from 1 to 3600: [6, 8]"},
           {"durations = [\"6\"]",
            at + "14: " + key + "durations: must be an array of seconds, each from 1 to 3600: [6, 8]"},
           {"sizes = [\"1920*1080\"]",
            at + "9: " + key + "sizes: \"1920*1080\" is not of the form \"1920x1080\""},
           {"sizes = [1920]", at + "9: " + key + "sizes: must be an array of texts: [\"A\", \"B\"]"},
           {"max_quantity = 0", at + "16: " + key + "max_quantity: must be a whole number from 1 to 100"},
           {"max_quantity = 2.0", at + "16: " + key + "max_quantity: must be a whole number from 1 to 100"},
           {"frame_shape = \"round\"",
            at + "15: " + key + "frame_shape: \"round\" is not one of \"flat\", \"guidances\""},
           {"seed = \"yes\"", at + "8: " + key + "seed: must be true or false"},
           {"audio_field = \"a b\"",
            at + "15: " + key + "audio_field: \"a b\" may hold small letters, digits and _"},
           {"modes = { A = \"x\" }",
            at + "15: " + key +
                "modes: must be a table of names and shorter sides: { RESOLUTION_1080 = 1080 }"},
           {"modes = { A = 720 }", "my.toml:1:1: " + key + "modes: no size has the shorter side 720 of A"},
           {"default_size = \"1280x720\"",
            "my.toml:1:1: " + key + "default_size: 1280x720 is not one of sizes"},
           {"durations = []", "my.toml:1:1: " + key + "durations: is missing or empty"},
       }) {
    EXPECT_EQ(overlay_error(head + row.line + "\n"), row.error) << row.line;
  }
}

TEST(CatalogueTest, ExplainsAMissingQuote) {
  EXPECT_NE(overlay_error("[models.kling-3.0]\ndurations = [5]\n").find("needs quotes"), std::string::npos);
}

TEST(CatalogueTest, RefusesWhatStandsOutsideOfModels) {
  EXPECT_EQ(
      overlay_error("[model.x]\n"),
      "my.toml:1:2: model: unknown key; did you mean \"models\"?; models stand in tables [models.\"NAME\"]");
  EXPECT_EQ(overlay_error("models = 3\n"), "my.toml:1:1: models: must be a table");
  EXPECT_EQ(overlay_error("[models]\nx = 3\n"), "my.toml:2:1: models.x: must be a table: [models.\"NAME\"]");
}

TEST(CatalogueTest, SaysWhereTheTomlIsBroken) {
  EXPECT_TRUE(overlay_error("[models]\nx = = 3\n").starts_with("my.toml:2:"))
      << overlay_error("[models]\nx = = 3\n");
}

TEST(CatalogueTest, AWrongOverlayChangesNothing) {
  Catalogue models = Catalogue::embedded();
  ASSERT_FALSE(
      models.overlay("[models.\"ltxv-2.0-pro\"]\nmax_prompt = 9\nnope = 1\n[models.b]\n", "my.toml"));
  EXPECT_EQ(models.find("ltxv-2.0-pro")->max_prompt, 1500U);
  EXPECT_EQ(models.find("b"), nullptr);
}

}  // namespace
}  // namespace reeld::test
