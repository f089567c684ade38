#include "job/helpers.hpp"

namespace reeld::test {
namespace {

const std::string kImage = R"({"id":"1f1a06db-37cd-6c60-9cac-182717e03f42","type":"UPLOADED"})";
const std::string kOther = R"({"id":"2f1a06db-37cd-6c60-9cac-182717e03f42","type":"GENERATED"})";

std::string flat(const std::string& frame) {
  return job_text("\"start_frame\":" + frame + ",");
}

std::string guided(const std::string& list, const std::string& model = "ltxv-2.3-pro") {
  return job_text("\"guidances\":{\"start_frame\":" + list + "},", "", model);
}

TEST(CheckFramesTest, TakesAnIdWithItsType) {
  const auto frame = spec(flat(kImage)).start_frame;
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->id, "1f1a06db-37cd-6c60-9cac-182717e03f42");
  EXPECT_EQ(frame->type, "UPLOADED");
  EXPECT_TRUE(frame->file.empty());
}

TEST(CheckFramesTest, TakesALocalFile) {
  const auto frame = spec(flat(R"({"file":"frames/street.png"})")).start_frame;
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->file, "frames/street.png");
  EXPECT_TRUE(frame->id.empty());
  EXPECT_TRUE(frame->type.empty());
}

TEST(CheckFramesTest, RefusesFramesThatAreIncomplete) {
  const std::string at = "parameters.start_frame";
  check_rules({
      {flat("7"), at + ": must be an object, not 7"},
      {flat("{}"), at + ".id: is missing: the image's id, or \"file\" with the path of a local image\n" + at +
                       ".type: is missing: GENERATED or UPLOADED"},
      {flat(R"({"id":"1f1a06db-37cd-6c60-9cac-182717e03f42"})"),
       at + ".type: is missing: GENERATED or UPLOADED"},
      {flat(R"({"id":"1f1a06db-37cd-6c60-9cac-182717e03f42","type":"uploaded"})"),
       at + ".type: \"uploaded\" is not one of GENERATED, UPLOADED"},
      {flat(R"({"id":"<YOUR_START_IMAGE_ID>","type":"UPLOADED"})"),
       at + ".id: \"<YOUR_START_IMAGE_ID>\" is the guide's placeholder: put your image's id here, or name a "
            "local image "
            "with \"file\""},
      {flat(R"({"id":"street.png","type":"UPLOADED"})"),
       at + ".id: \"street.png\" is not an id: 8-4-4-4-12 hexadecimal digits; a local image is named with "
            "\"file\""},
      {flat(R"({"id":7,"type":"UPLOADED"})"), at + ".id: must be text, not 7"},
      {flat(R"({"file":""})"), at + ".file: \"\" is not the path of a file"},
      {flat(R"({"file":"a\u0000b"})"), at + ".file: \"a\\u0000b\" is not the path of a file"},
      {flat(R"({"file":7})"), at + ".file: must be text, not 7"},
      {flat(R"({"file":"a.png","type":"UPLOADED"})"),
       at + ".file: stands beside id or type: write either file, or id and type"},
      {flat(R"({"fil":"a.png"})"),
       at + ".fil: unknown member; did you mean \"file\"?\n" + at +
           ".id: is missing: the image's id, or \"file\" with the path of a local image\n" + at +
           ".type: is missing: GENERATED or UPLOADED"},
  });
}

TEST(CheckFramesTest, GuidancesBecomeStartFrame) {
  for (const char* model : {"ltxv-2.0-pro", "ltxv-2.3-pro"}) {
    const auto frame = spec(guided("[{\"image\":" + kImage + "}]", model)).start_frame;
    ASSERT_TRUE(frame) << model;
    EXPECT_EQ(frame->id, "1f1a06db-37cd-6c60-9cac-182717e03f42");
  }
  EXPECT_EQ(spec(guided(R"([{"image":{"file":"a.png"}}])")).start_frame->file, "a.png");
  EXPECT_FALSE(spec(job_text("\"guidances\":{},")).start_frame);
}

TEST(CheckFramesTest, ChecksGuidances) {
  const std::string at = "parameters.guidances";
  const std::string one = ": must be an array of one item [{\"image\": {...}}], not ";
  check_rules({
      {job_text("\"guidances\":[],"), at + ": must be an object, not an array of 0"},
      {job_text("\"guidances\":{\"start_frames\":[]},"),
       at + ".start_frames: unknown member; did you mean \"start_frame\"?"},
      {guided("[]"), at + ".start_frame" + one + "an array of 0"},
      {guided(kImage), at + ".start_frame" + one + "an object"},
      {guided("[{\"image\":" + kImage + "},{\"image\":" + kOther + "}]"),
       at + ".start_frame" + one + "an array of 2"},
      {guided("[7]"), at + ".start_frame[0]: must be an object, not 7"},
      {guided("[{}]"), at + ".start_frame[0].image: is missing"},
      {guided("[{\"image\":" + kImage + ",\"strength\":\"MID\"}]"),
       at + ".start_frame[0].strength: unknown member"},
      {guided(R"([{"image":{"id":"x","type":"UPLOADED"}}])"),
       at + ".start_frame[0].image.id: \"x\" is not an id: 8-4-4-4-12 hexadecimal digits; a local image is "
            "named with "
            "\"file\""},
      {job_text("\"start_frame\":" + kImage + ",\"guidances\":{\"start_frame\":[{\"image\":" + kImage +
                "}]},"),
       "parameters.start_frame: stands beside guidances.start_frame: write one of the two"},
  });
}

TEST(CheckFramesTest, TakesAnEndFrameWhereTheModelDoes) {
  const std::string ending = "\"end_frame\":" + kOther + ",";
  const std::string guided_ending = "\"guidances\":{\"end_frame\":[{\"image\":" + kOther + "}]},";
  EXPECT_EQ(spec(job_text(ending, "", "ltxv-2.3-pro")).end_frame->type, "GENERATED");
  EXPECT_EQ(spec(job_text(guided_ending, "", "ltxv-2.3-fast")).end_frame->type, "GENERATED");
  check_rules({
      {job_text(ending), "parameters.end_frame: ltxv-2.0-pro takes no end frame"},
      {job_text(guided_ending), "parameters.guidances.end_frame: ltxv-2.0-pro takes no end frame"},
  });
}

}  // namespace
}  // namespace reeld::test
