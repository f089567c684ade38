#include "daemon/cli/table.hpp"

#include <gtest/gtest.h>

namespace reeld::cli {
namespace {

Terminal wide(std::size_t width) {
  Terminal terminal;
  terminal.width = width;
  return terminal;
}

TEST(TableTest, MakesColumnsAsWideAsTheirLongestCell) {
  Table table({{"ID"}, {"N", true}});
  table.add({std::string("abc"), std::string("5")});
  table.add({std::string("d"), std::string("1234")});
  EXPECT_EQ(table.lines(wide(80)), (std::vector<std::string>{"ID      N", "abc     5", "d    1234"}));
}

TEST(TableTest, CutsTheWidestElasticColumnFirst) {
  Table table({{"ID"}, {"NAME", false, true}, {"REMARK", false, true}});
  table.add({std::string("12345678"), std::string(20, 'n'), std::string(60, 'r')});
  const auto lines = table.lines(wide(60));
  EXPECT_EQ(lines.at(1), "12345678  " + std::string(20, 'n') + "  " + std::string(28, 'r'));
}

TEST(TableTest, NoLineIsWiderThanTheTerminal) {
  Table table({{"ID"}, {"NAME", false, true}, {"STATE"}});
  table.add(
      {std::string("12345678"), std::string("a long name that does not fit"), std::string("generating")});
  for (std::size_t width = 1; width < 60; ++width) {
    for (const std::string& line : table.lines(wide(width))) EXPECT_LE(columns_of(line), width) << line;
  }
}

TEST(TableTest, PaintsOnlyWhereColoursAreWanted) {
  Table table({{"STATE"}});
  table.add({Cell("failed", Colour::kRed)});
  EXPECT_EQ(table.lines(wide(80)).at(1), "failed");
  Terminal coloured = wide(80);
  coloured.colours = true;
  EXPECT_EQ(table.lines(coloured).at(1), "\x1b[31mfailed\x1b[0m");
}

TEST(TerminalTest, CutsAtTheEdgeOfACodePoint) {
  EXPECT_EQ(fit("Straße", 5), "Straß");
  EXPECT_EQ(fit("Straße", 4), "Stra");
  EXPECT_EQ(fit("short", 80), "short");
}

TEST(TerminalTest, EastAsianLettersTakeTwoColumns) {
  EXPECT_EQ(columns_of("雨の街"), 6U);
  EXPECT_EQ(fit("雨の街", 5), "雨の");
  EXPECT_EQ(pad("雨の街", 5), "雨の ");
}

TEST(TerminalTest, PadsToExactlyTheWidth) {
  EXPECT_EQ(pad("ab", 4), "ab  ");
  EXPECT_EQ(pad("Straße", 4), "Stra");
}

}  // namespace
}  // namespace reeld::cli
