#include "common/job/text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace reeld {
namespace {

TEST(TextTest, CountsCodePoints) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("Regen"), 5U);
  EXPECT_EQ(count_code_points("\xC3\xBC\xE2\x82\xAC\xF0\x9F\x8E\xAC"), 3U);
}

TEST(TextTest, EachByteThatIsNoUtf8CountsAsOne) {
  for (std::string_view text : {"\xFF\xFE", "\xC0\xAF", "\xE2\x82", "\x80\x80"}) {
    EXPECT_EQ(count_code_points(text), 2U);
  }
  EXPECT_EQ(count_code_points("\xED\xA0\x80"), 3U);
  EXPECT_EQ(count_code_points("\xF4\x90\x80\x80"), 4U);
}

TEST(TextTest, BlankIsWhiteSpaceOfAnyScript) {
  EXPECT_TRUE(is_blank(""));
  EXPECT_TRUE(is_blank(" \t\r\n"));
  EXPECT_TRUE(is_blank("\xC2\xA0\xE3\x80\x80\xE2\x80\x8B"));
  EXPECT_FALSE(is_blank(" x "));
  EXPECT_FALSE(is_blank("\xFF"));
}

TEST(TextTest, PrintableEscapesAndCuts) {
  EXPECT_EQ(printable("a\nb\x1B[31m"), "a\\nb\\u001b[31m");
  EXPECT_EQ(printable("\xFF"), "\xEF\xBF\xBD");
  EXPECT_EQ(printable("\xC2\x9B"), "\\u009b");
  EXPECT_EQ(printable("\xC3\xBC\xC3\xBC\xC3\xBC", 2), "\xC3\xBC\xC3\xBC...");
  EXPECT_EQ(in_quotes(std::string(61, 'x')), "\"" + std::string(60, 'x') + "...\"");
  EXPECT_EQ(in_quotes(std::string(60, 'x')), "\"" + std::string(60, 'x') + "\"");
}

TEST(TextTest, ShowsJsonValuesBriefly) {
  EXPECT_EQ(shown(Json(7)), "7");
  EXPECT_EQ(shown(Json("x")), "\"x\"");
  EXPECT_EQ(shown(Json(nullptr)), "null");
  EXPECT_EQ(shown(Json::object()), "an object");
  EXPECT_EQ(shown(Json::array({1, 2})), "an array of 2");
}

TEST(TextTest, FindsTheNearestName) {
  static constexpr std::array<std::string_view, 4> kKnown{"prompt", "duration", "seed", "id"};
  EXPECT_EQ(nearest("durration", kKnown), "duration");
  EXPECT_EQ(nearest("promt", kKnown), "prompt");
  EXPECT_EQ(nearest("Seed", kKnown), "seed");
  EXPECT_EQ(nearest("ids", kKnown), "id");
  EXPECT_EQ(nearest("xy", kKnown), "");
  EXPECT_EQ(nearest("negative_prompt", kKnown), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kKnown), "");
  EXPECT_EQ(did_you_mean("promt", kKnown), "; did you mean \"prompt\"?");
}

}  // namespace
}  // namespace reeld
