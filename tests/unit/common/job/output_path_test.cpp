#include "common/job/output_path.hpp"

#include <gtest/gtest.h>

namespace reeld {
namespace {

OutputTokens tokens() {
  OutputTokens all;
  all.date = "2026-12-01";
  all.time = "02-00-00";
  all.batch = "shots";
  all.index = 42;
  all.name = "rain";
  all.id = "17e03f42";
  all.model = "ltxv-2.0-pro";
  all.seed = 453560;
  all.width = 1920;
  all.height = 1080;
  all.duration = 8;
  return all;
}

std::string named(const std::string& name, const std::string& output_template = "{name}") {
  OutputTokens all = tokens();
  all.name = name;
  return expand_output(output_template, all);
}

TEST(OutputPathTest, ExpandsEachToken) {
  EXPECT_EQ(
      expand_output("{date}/{time}/{batch}/{index}/{name}/{id}/{model}/{seed}/{width}x{height}-{duration}s",
                    tokens()),
      "2026-12-01/02-00-00/shots/42/rain/17e03f42/ltxv-2.0-pro/453560/1920x1080-8s");
  OutputTokens without = tokens();
  without.seed.reset();
  EXPECT_EQ(expand_output("{seed}", without), "random");
  EXPECT_EQ(expand_output("plain", tokens()), "plain");
}

TEST(OutputPathTest, ChecksTemplates) {
  for (std::string_view right : {"{date}/{batch}/{name}", "a", "{name}{name}", "a b/{id}.x"}) {
    EXPECT_EQ(check_output_template(right), "") << right;
  }
  const std::string empty_part = "has an empty part ('//', or '/' at an end)";
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"", "is empty"},
      {"/srv/{name}", "begins with '/': it is a path below the results folder"},
      {"a//b", empty_part},
      {"a/", empty_part},
      {"../{name}", "part \"..\" begins with a dot"},
      {"a/./b", "part \".\" begins with a dot"},
      {"a/.{name}", "part \".{name}\" begins with a dot"},
      {"a\nb", "holds a control character"},
      {"{name", "has a brace without its partner"},
      {"name}", "has a brace without its partner"},
      {"{na/me}", "has a brace without its partner"},
      {"{nme}",
       "{nme} is not a token; did you mean \"name\"?; tokens: date, time, batch, index, name, id, model, "
       "seed, "
       "width, height, duration"},
      {"{}",
       "{} is not a token; tokens: date, time, batch, index, name, id, model, seed, width, height, duration"},
      {std::string(513, 'a'), "is longer than 512 bytes"},
      {"a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q", "has more than 16 parts"},
  };
  for (const auto& [text, words] : wrong) EXPECT_EQ(check_output_template(text), words) << text;
}

TEST(OutputPathTest, ValuesNeitherAddNorClimbFolders) {
  EXPECT_EQ(named("../../etc/passwd"), "__" + std::string("_.._etc_passwd"));
  EXPECT_EQ(named(".hidden"), "_hidden");
  EXPECT_EQ(named(".."), "__");
  EXPECT_EQ(named("a.b"), "a.b");
  EXPECT_EQ(named("a\n\x7F\tb"), "a___b");
  EXPECT_EQ(named("a\xFF\x80z"), "a__z");
  EXPECT_EQ(named(std::string("a\0b", 3)), "a_b");
  EXPECT_EQ(named("", "{name}/x"), "_/x");
  EXPECT_EQ(named("{id}"), "{id}");
}

TEST(OutputPathTest, CutsPartsBetweenCodePoints) {
  EXPECT_EQ(named(std::string(200, 'x')), std::string(120, 'x'));
  std::string umlauts = "x";
  for (int i = 0; i < 100; ++i) umlauts += "\xC3\xBC";
  EXPECT_EQ(named(umlauts).size(), 119U);
  EXPECT_EQ(named(std::string(200, 'x'), "{name}/{name}").size(), 241U);
}

std::string stamp(std::string_view instant, const std::string& zone) {
  const auto found = local_stamp(*parse_time(instant), zone);
  return found ? found->date + " " + found->time : "nothing";
}

TEST(OutputPathTest, StampsInATimeZone) {
  EXPECT_EQ(stamp("2026-12-01T02:00:00Z", "UTC"), "2026-12-01 02-00-00");
  EXPECT_EQ(stamp("2026-12-01T02:00:00Z", "America/Los_Angeles"), "2026-11-30 18-00-00");
  EXPECT_EQ(stamp("2026-07-01T23:30:00Z", "Europe/Berlin"), "2026-07-02 01-30-00");
  EXPECT_EQ(stamp("2050-07-01T23:30:00Z", "Europe/Berlin"), "2050-07-02 01-30-00");
  EXPECT_EQ(stamp("2026-12-01T02:00:00Z", "Asia/Kolkata"), "2026-12-01 07-30-00");
  EXPECT_NE(stamp("2026-12-01T02:00:00Z", "local"), "nothing");
}

TEST(OutputPathTest, RefusesNamesOfNoZone) {
  for (const std::string zone : {"", "Mars/Olympus", "../../../etc/passwd", "/etc/localtime", "Europe",
                                 "Europe/", "zone.tab", "tzdata.zi", "Europe/Berlin\n"}) {
    EXPECT_EQ(stamp("2026-12-01T02:00:00Z", zone), "nothing") << zone;
  }
}

TEST(OutputPathTest, AnEmptyValueUncoversNoDots) {
  OutputTokens tokens;
  tokens.name = "rain";
  ASSERT_EQ(check_output_template("a/{batch}../{name}"), "");
  EXPECT_EQ(expand_output("a/{batch}../{name}", tokens), "a/__/rain");
  EXPECT_EQ(expand_output("{batch}.hidden/{name}", tokens), "_hidden/rain");
}

}  // namespace
}  // namespace reeld
