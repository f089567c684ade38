#include "daemon/spool/names.hpp"

#include <gtest/gtest.h>

#include "daemon/spool/receipt.hpp"
#include "daemon/spool/retries.hpp"
#include "daemon/spool/settling.hpp"

namespace reeld::spool {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kId = "019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b";

TEST(NamesTest, TakesBothEndingsInAnyCase) {
  EXPECT_EQ(taken_format("a.json"), JobFormat::kJson);
  EXPECT_EQ(taken_format("A.JSON"), JobFormat::kJson);
  EXPECT_EQ(taken_format("a.b.Jsonl"), JobFormat::kJsonl);
  for (const char* name : {"a", "a.txt", ".a.json", ".json", "a.json.tmp", "a.json.part", "json"}) {
    EXPECT_FALSE(taken_format(name)) << name;
  }
}

TEST(NamesTest, CutsTheEnding) {
  EXPECT_EQ(stem_of("shots.jsonl"), "shots");
  EXPECT_EQ(stem_of("a.b.json"), "a.b");
}

TEST(NamesTest, AddsTheShortIdToATakenName) {
  EXPECT_EQ(place_names("rain.json", kId), (std::vector<std::string>{"rain.json", "rain-6e1d2a3b.json",
                                                                     "rain-" + std::string(kId) + ".json"}));
}

TEST(NamesTest, NeverPlacesANameThatLooksLikeAReceipt) {
  EXPECT_EQ(place_names("a.json.Done.json", kId).front(), "a.json.Done-6e1d2a3b.json");
}

TEST(NamesTest, CutsLongNamesAtACodePoint) {
  std::string name;
  while (name.size() < 248) name += "\xC3\xA9";
  for (const std::string& placed : place_names(name + ".json", kId)) {
    EXPECT_LE(placed.size() + std::string_view("..receipt.json.tmp").size(), 255U);
    EXPECT_EQ(placed.find_first_not_of("\xC3\xA9"), placed.find('-'));
    EXPECT_EQ(placed.find('-') % 2, 0U);
  }
}

TEST(NamesTest, ShowsHostileNamesOnOneLine) {
  EXPECT_EQ(shown_name("a\nb").find('\n'), std::string::npos);
  EXPECT_EQ(shown_name("a\" b=\"c"), R"("a\" b=\"c")");
}

TEST(FilmPathsTest, NumbersFilmsWhereThereAreSeveral) {
  EXPECT_EQ(film_paths("a/b", 1), (std::vector<std::string>{"a/b.mp4"}));
  EXPECT_EQ(film_paths("a/b", 2), (std::vector<std::string>{"a/b-1.mp4", "a/b-2.mp4"}));
}

TEST(SettlingTest, CountsFromTheLastChange) {
  Settling settling(1s);
  Arrival file;
  file.name = "a.json";
  EXPECT_EQ(settling.observe(file, 10s), 1s);
  EXPECT_EQ(settling.observe(file, 10s + 400ms), 600ms);
  file.size = 5;
  EXPECT_EQ(settling.observe(file, 10s + 900ms), 1s);
  EXPECT_EQ(settling.observe(file, 12s), 0s);
}

TEST(SettlingTest, CountsAnewForAFileThatWasAway) {
  Settling settling(1s);
  Arrival file;
  file.name = "a.json";
  settling.observe(file, 10s);
  settling.keep_only({});
  EXPECT_EQ(settling.observe(file, 20s), 1s);
}

TEST(RetriesTest, PausesLongerAfterEachFailure) {
  Retries retries;
  EXPECT_TRUE(retries.may_try("a", 0s));
  retries.failed("a", 0s);
  EXPECT_FALSE(retries.may_try("a", 999ms));
  EXPECT_TRUE(retries.may_try("a", 1s));
  retries.failed("a", 1s);
  EXPECT_FALSE(retries.may_try("a", 2s));
  EXPECT_TRUE(retries.may_try("a", 3s));
  retries.succeeded("a");
  EXPECT_TRUE(retries.may_try("a", 1s));
}

TEST(RetriesTest, SaysWhenTheNextIsDue) {
  Retries retries;
  EXPECT_EQ(retries.end_round(0s, 0s, 30s), 30s);
  retries.failed("a", 0s);
  EXPECT_EQ(retries.end_round(0s, 400ms, 30s), 600ms);
}

TEST(RetriesTest, ForgetsWhatIsGone) {
  Retries retries;
  retries.failed("a", 0s);
  EXPECT_EQ(retries.end_round(5s, 6s, 30s), 30s);
  EXPECT_TRUE(retries.may_try("a", 0s));
}

}  // namespace
}  // namespace reeld::spool
