#include "common/job/image_format.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <string>

namespace reeld {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 2 <= hex.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

// Whole images as FFmpeg 5.1 writes them: 16x8, 10x4, and 6x4 in each of the three kinds of WebP.
const std::string kPng = from_hex(
    "89504e470d0a1a0a0000000d49484452000000100000000808020000007f14e8c000000009704859730000000100000001"
    "004f25c4d60000001449444154789c63f8cbc04012224df5a8062211005fb77e81fa6d259e0000000049454e44ae426082");
const std::string kJpeg = from_hex(
    "ffd8ffe000104a46494600010200000100010000fffe00104c61766335392e33372e31303000ffdb004300080404040404"
    "0505050505050606060606060606060606060607070708080807070706060707080808080909090808080809090a0a0a0c"
    "0c0b0b0e0e0e111114ffc4004c000101000000000000000000000000000000060101010000000000000000000000000000"
    "0607100100000000000000000000000000000000110100000000000000000000000000000000ffc00011080004000a0301"
    "2200021100031100ffda000c03010002110311003f008b00517f7fffd9");
const std::string kLossyWebp = from_hex(
    "524946463c000000574542505650382030000000d001009d012a0600040002003425a00274ba01f80003b000fef0e8f7ff"
    "20b96175c8d7ff203fe407fc80fff8f2000000");
const std::string kLosslessWebp =
    from_hex("524946461c000000574542505650384c0f0000002f05c000000710f58ffe0722a2ff0100");
const std::string kExtendedWebp = from_hex(
    "524946466000000057454250565038580a00000010000000050000030000414c50480a0000000107d0bf88084444ff0356"
    "50382030000000d001009d012a0600040002003425a00274ba01f80003b000fef0e8f7ff20b96175c8d7ff203fe407fc80"
    "fff8f2000000");

/// `bytes` with those from `at` on replaced.
std::string patched(std::string bytes, std::size_t at, std::string_view hex) {
  const std::string patch = from_hex(hex);
  return bytes.replace(at, patch.size(), patch);
}

void expect_image(std::string_view bytes, ImageFormat format, int width, int height) {
  const auto info = image_format(bytes);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->format, format);
  EXPECT_EQ(info->width, width);
  EXPECT_EQ(info->height, height);
}

TEST(ImageFormatTest, ReadsFormatAndSizeOfRealImages) {
  expect_image(kPng, ImageFormat::kPng, 16, 8);
  expect_image(kJpeg, ImageFormat::kJpg, 10, 4);
  expect_image(kLossyWebp, ImageFormat::kWebp, 6, 4);
  expect_image(kLosslessWebp, ImageFormat::kWebp, 6, 4);
  expect_image(kExtendedWebp, ImageFormat::kWebp, 6, 4);
}

TEST(ImageFormatTest, KnowsNothingElse) {
  for (const std::string& bytes :
       {std::string(), std::string("GIF89a\x01\x02\x01\x02......................"), std::string("<svg/>"),
        std::string(64, '\0'), std::string("RIFF1234WAVEfmt ............................"),
        std::string("\x89PNG")}) {
    EXPECT_FALSE(image_format(bytes)) << bytes;
  }
}

TEST(ImageFormatTest, ABeginningIsReadTheSameOrNotAtAll) {
  for (const std::string& image : {kPng, kJpeg, kLossyWebp, kLosslessWebp, kExtendedWebp}) {
    const auto whole = image_format(image);
    for (std::size_t size = 0; size < image.size(); ++size) {
      // A copy of exactly that size, so that a sanitizer sees a read past it.
      const std::string beginning(image.data(), size);
      const auto info = image_format(beginning);
      if (!info) continue;
      EXPECT_EQ(info->width, whole->width);
      EXPECT_EQ(info->height, whole->height);
    }
  }
}

TEST(ImageFormatTest, RefusesSidesThatNoPictureHas) {
  EXPECT_FALSE(image_format(patched(kPng, 16, "00000000")));
  EXPECT_FALSE(image_format(patched(kPng, 20, "00000000")));
  EXPECT_FALSE(image_format(patched(kPng, 16, "FFFFFFFF")));
  EXPECT_FALSE(image_format(patched(kPng, 16, "00010000")));
  expect_image(patched(kPng, 16, "0000FFFF"), ImageFormat::kPng, 65'535, 8);
  const auto frame = kJpeg.find("\xFF\xC0");
  EXPECT_FALSE(image_format(patched(kJpeg, frame + 5, "0000")));
  EXPECT_FALSE(image_format(patched(kLossyWebp, 26, "0000")));
  EXPECT_FALSE(image_format(patched(kExtendedWebp, 24, "FFFFFF")));
}

TEST(ImageFormatTest, FindsTheFrameOfAJpegBehindFillBytesAndOtherSegments) {
  const std::string comment = from_hex("FFFFFFFE0004FFC0");
  expect_image(kJpeg.substr(0, 2) + comment + kJpeg.substr(2), ImageFormat::kJpg, 10, 4);
}

TEST(ImageFormatTest, RefusesAJpegWhoseSegmentsDoNotLeadToAFrame) {
  for (const char* hex :
       {"FFD8FFD9FFD9FFD9", "FFD8FFDA00020000", "FFD8FFE00000FFC0", "FFD8FFE00001FFC0", "FFD8FFE0FFFFFFC0",
        "FFD8FFE0000400000000", "FFD8FFD8FFD8FFD8", "FFD8FFFFFFFFFFFF"}) {
    EXPECT_FALSE(image_format(from_hex(hex))) << hex;
  }
}

TEST(ImageFormatTest, NamesFormatsAsFilesAndHttpDo) {
  EXPECT_EQ(to_string(ImageFormat::kJpg), "jpg");
  EXPECT_EQ(to_string(ImageFormat::kPng), "png");
  EXPECT_EQ(media_type(ImageFormat::kJpg), "image/jpeg");
  EXPECT_EQ(media_type(ImageFormat::kWebp), "image/webp");
}

}  // namespace
}  // namespace reeld
