#include "common/util/json.hpp"

#include <gtest/gtest.h>

namespace reeld {
namespace {

std::string words(std::string_view text) {
  const auto parsed = parse_json(text);
  return parsed ? "parsed" : parsed.error().detail;
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST(JsonTest, ParsesAnObject) {
  const auto parsed = parse_json(R"({"a": [1, 2.5, true, null, "x"]})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(dump_json(*parsed), R"({"a":[1,2.5,true,null,"x"]})");
}

TEST(JsonTest, SaysWhereTheTextIsBroken) {
  EXPECT_NE(words("{\"a\": 1,\n }").find("line 2, column 2"), std::string::npos) << words("{\"a\": 1,\n }");
}

TEST(JsonTest, RefusesWhatIsNoJson) {
  for (std::string_view text : {"", " ", "{", "NaN", "[Infinity]", "{'a':1}", "{\"a\":1} x", "[1,]",
                                "// c\n1", "01", "[1e999]", "[-1e999]", "\"\\ud800\"", "\"a\nb\""}) {
    const auto parsed = parse_json(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, Errc::kBadInput) << text;
  }
}

TEST(JsonTest, RefusesADuplicateMemberByName) {
  EXPECT_EQ(words(R"({"a": {"seed": 1, "seed": 2}})"), "member \"seed\" stands twice in one object");
  EXPECT_EQ(words(R"([{"a": 1}, {"a": 1}])"), "parsed");
  EXPECT_EQ(words(R"({"a": {"a": {"a": 1}}})"), "parsed");
}

TEST(JsonTest, CutsTheNameOfADuplicateMember) {
  const std::string name(5000, 'k');
  EXPECT_LT(words("{\"" + name + "\":1,\"" + name + "\":2}").size(), 200U);
}

TEST(JsonTest, LeniencyIsForDuplicatesOnly) {
  EXPECT_TRUE(parse_json_leniently(R"({"a": 1, "a": 2})"));
  EXPECT_FALSE(parse_json_leniently(nested(65)));
  EXPECT_FALSE(parse_json_leniently("\"\xFF\""));
}

TEST(JsonTest, RefusesInvalidUtf8WithoutQuotingIt) {
  for (std::string_view text : {"\"\xFF\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\"\xE2\x82\"", "\"\x80\"",
                                "{\"\xFE\": 1}", "\"\xF4\x90\x80\x80\""}) {
    const auto parsed = parse_json(text);
    ASSERT_FALSE(parsed);
    for (char c : parsed.error().detail) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
  }
}

TEST(JsonTest, MessagesStayShortForLongTexts) {
  EXPECT_LT(words("\"" + std::string(100'000, 'x')).size(), 300U);
  EXPECT_LT(words("[" + std::string(100'000, '9') + "e99999]").size(), 300U);
}

TEST(JsonTest, AllowsTheDeepestNestingAndNothingDeeper) {
  EXPECT_EQ(words(nested(64)), "parsed");
  EXPECT_EQ(words(nested(65)), "nested deeper than 64 levels");
  EXPECT_EQ(words(nested(100'000)), "nested deeper than 64 levels");
  EXPECT_EQ(words(std::string(100'000, '[')), "nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(words(objects), "nested deeper than 64 levels");
}

TEST(JsonTest, DoesNotCountBracketsInStrings) {
  EXPECT_EQ(words("[\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"]"), "parsed");
}

TEST(JsonTest, ClosingBracketsFirstHideNoDepth) {
  EXPECT_NE(words(std::string(200, ']') + nested(100)), "parsed");
  EXPECT_NE(words("[" + std::string(200, ']') + nested(100'000)), "parsed");
}

TEST(JsonTest, DumpReplacesInvalidUtf8) {
  EXPECT_EQ(dump_json(Json("a\xFF")), "\"a\xEF\xBF\xBD\"");
}

TEST(JsonTest, PointersEscapeTheirOwnSigns) {
  EXPECT_EQ(json_pointer("/parameters", "a/b"), "/parameters/a~1b");
  EXPECT_EQ(json_pointer("", "m~n"), "/m~0n");
}

}  // namespace
}  // namespace reeld
