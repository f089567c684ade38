#include "common/job/frame_rules.hpp"

#include <gtest/gtest.h>

namespace reeld {
namespace {

std::string refusal(int width, int height) {
  return why_no_frame(ImageInfo{ImageFormat::kPng, width, height}, FrameLimits{});
}

std::string warning(int width, int height) {
  JobSpec spec;
  spec.width = 1920;
  spec.height = 1080;
  return shape_warning("start frame", ImageInfo{ImageFormat::kPng, width, height}, spec);
}

TEST(FrameRulesTest, EachSideHasBothLimits) {
  EXPECT_EQ(refusal(256, 256), "");
  EXPECT_EQ(refusal(8192, 8192), "");
  EXPECT_EQ(refusal(255, 1080),
            "is 255x1080 pixels; each side must have 256 to 8192 (frames.min_side, frames.max_side)");
  EXPECT_NE(refusal(1920, 8193), "");
}

TEST(FrameRulesTest, WarnsOfAnotherShapeButNotOfAnotherSize) {
  EXPECT_EQ(warning(1920, 1080), "");
  EXPECT_EQ(warning(3840, 2160), "");
  EXPECT_EQ(warning(640, 360), "");
  EXPECT_EQ(warning(1920, 1088), "");  // what encoders make of 1080
  EXPECT_EQ(warning(1080, 1920),
            "the start frame is 1080x1920 and the film 1920x1080: the service stretches the picture");
  EXPECT_NE(warning(1920, 1200), "");
}

TEST(FrameRulesTest, AFilmThatTakesThePicturesSizeHasItsShape) {
  EXPECT_EQ(shape_warning("start frame", ImageInfo{ImageFormat::kPng, 1000, 1000}, JobSpec{}), "");
}

}  // namespace
}  // namespace reeld
