#include "daemon/cli/render_keys.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "daemon/cli/control.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pictures.hpp"

namespace reeld::cli {
namespace {

class RenderKeysTest : public testing::Test {
 protected:
  RenderKeysTest() {
    globals_.url = "http://127.0.0.1:1";
    control_ = std::make_unique<Control>(globals_);
  }

  /// The jobs of a document as they are sent.
  std::vector<Json> sent(const std::string& document, const std::string& file = "shots.json") {
    Pictures pictures(*control_, dir_.path(), true);
    RenderKeys keys(pictures, file, dir_.path());
    Json jobs = parse_json(keys.rewrite(document).value()).value();
    fingerprint_ = keys.fingerprint();
    return jobs.is_array() ? jobs.get<std::vector<Json>>() : std::vector<Json>{jobs};
  }
  std::string key(const std::string& document, const std::string& file = "shots.json") {
    return sent(document, file).at(0).at("reeld").at("id");
  }
  void put(const std::string& name, const std::string& bytes) {
    std::ofstream(dir_.path() / name, std::ios::binary) << bytes;
  }

  test::TempDir dir_;
  Globals globals_;
  std::unique_ptr<Control> control_;
  std::string fingerprint_;
};

constexpr const char* kRain = R"({"model": "m", "parameters": {"prompt": "rain"}})";
constexpr const char* kSnow = R"({"model": "m", "parameters": {"prompt": "snow"}})";

TEST_F(RenderKeysTest, TheSameJobOfTheSameFileHasTheSameKey) {
  EXPECT_EQ(key(kRain), key(R"({"parameters": {"prompt":"rain"},"model":"m"})"));
  EXPECT_NE(key(kRain), key(kSnow));
  EXPECT_NE(key(kRain), key(kRain, "others.json"));
}

TEST_F(RenderKeysTest, EqualJobsAreToldApartByTheirNumber) {
  const auto two = sent(std::string("[") + kRain + "," + kRain + "]");
  EXPECT_NE(two.at(0).at("reeld").at("id"), two.at(1).at("reeld").at("id"));
  const auto later = sent(std::string("[") + kSnow + "," + kRain + "," + kRain + "]");
  EXPECT_EQ(two.at(1).at("reeld").at("id"), later.at(2).at("reeld").at("id"));
}

TEST_F(RenderKeysTest, WhatChangesNoFilmChangesNoKey) {
  const std::string named =
      R"({"model": "m", "parameters": {"prompt": "rain"}, "reeld": {"name": "a", "priority": 3}})";
  EXPECT_EQ(key(kRain), key(named));
  EXPECT_EQ(sent(named).at(0).at("reeld").at("name"), "a");
  const std::string extra =
      R"({"model": "m", "parameters": {"prompt": "rain"}, "reeld": {"extra_parameters": {"x": 1}}})";
  EXPECT_NE(key(kRain), key(extra));
}

TEST_F(RenderKeysTest, AKeyOfTheSubmittersOwnStays) {
  EXPECT_EQ(key(R"({"model": "m", "reeld": {"id": "mine"}})"), "mine");
  const auto wrapped = sent(R"({"request": {"model": "m", "reeld": {"id": "mine"}}})");
  EXPECT_EQ(wrapped.at(0), parse_json(R"({"request": {"model": "m", "reeld": {"id": "mine"}}})").value());
}

TEST_F(RenderKeysTest, APictureCountsByItsBytes) {
  const std::string job = R"({"model": "m", "parameters": {"start_frame": {"file": "a.png"}}})";
  put("a.png", test::png(1920, 1080, "one"));
  put("b.png", test::png(1920, 1080, "one"));
  const std::string first = key(job);
  const std::string first_fingerprint = fingerprint_;
  EXPECT_EQ(first, key(R"({"model": "m", "parameters": {"start_frame": {"file": "b.png"}}})"));
  put("a.png", test::png(1920, 1080, "two"));
  EXPECT_NE(first, key(job));
  EXPECT_NE(first_fingerprint, fingerprint_);
}

TEST_F(RenderKeysTest, AByteOrderMarkIsNoPartOfTheJob) {
  EXPECT_EQ(key("\xEF\xBB\xBF" + std::string(kRain)), key(kRain));
}

TEST_F(RenderKeysTest, WhatIsNoJobIsLeftForTheDaemonToRefuse) {
  Pictures pictures(*control_, dir_.path(), true);
  RenderKeys keys(pictures, "a.jsonl", dir_.path());
  for (const char* text : {"", "{", "12", "{\"reeld\":3}"}) EXPECT_EQ(keys.rewrite(text).value(), text);
}

}  // namespace
}  // namespace reeld::cli
