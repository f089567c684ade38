#include "common/config/value.hpp"

#include <gtest/gtest.h>

#include <set>

namespace reeld {
namespace {

using namespace std::chrono_literals;

class ValueTest : public testing::Test {
 protected:
  /// "" or what is wrong with the text of a variable.
  std::string set(std::string_view key, const std::string& text) {
    return assign_setting(*find_setting(key), GivenValue{text}, "/home/eve", config_);
  }

  /// The same for a value of a file.
  template <class Value>
  std::string set_typed(std::string_view key, Value value) {
    return assign_setting(*find_setting(key), GivenValue{std::move(value), true}, "/home/eve", config_);
  }

  std::string show(std::string_view key) { return show_setting(*find_setting(key), config_); }

  Config config_{};
};

TEST_F(ValueTest, TextStandsForEveryTypeInAVariable) {
  EXPECT_EQ(set("limits.max_downloads", "8"), "");
  EXPECT_EQ(set("store.allow_network_filesystem", "true"), "");
  EXPECT_EQ(set("poll.first", "90s"), "");
  EXPECT_EQ(set("log.level", "debug"), "");
  EXPECT_EQ(set("http.listen", "127.0.0.1:1, [::1]:2"), "");
  EXPECT_EQ(config_.limits.max_downloads, 8);
  EXPECT_TRUE(config_.store.allow_network_filesystem);
  EXPECT_EQ(config_.poll.first, 90s);
  EXPECT_EQ(config_.log.level, "debug");
  EXPECT_EQ(config_.http.listen, (std::vector<std::string>{"127.0.0.1:1", "[::1]:2"}));
}

TEST_F(ValueTest, TypesCountInAFile) {
  EXPECT_EQ(set_typed("limits.max_downloads", std::string("8")), "must be a whole number, not text");
  EXPECT_EQ(set_typed("store.allow_network_filesystem", std::string("true")),
            "must be true or false, not text");
  EXPECT_EQ(set_typed("poll.first", std::int64_t{60}),
            "must be a duration in quotes, such as \"5s\", not a number");
  EXPECT_EQ(set_typed("log.level", true), "must be text in quotes, not true or false");
  EXPECT_EQ(set_typed("spool.dir", std::int64_t{1}), "must be a path in quotes, not a number");
  EXPECT_EQ(set_typed("http.listen", std::int64_t{8420}), "must be an array of texts, not a number");
  EXPECT_EQ(set_typed("spool.asset_roots", false), "must be an array of paths, not true or false");
  EXPECT_EQ(set_typed("results.mode", std::int64_t{640}),
            "must be permission bits in quotes, such as \"0640\"");
  EXPECT_EQ(set_typed("poll.first", std::monostate{}),
            "must be a duration in quotes, such as \"5s\", not a value of another type");
}

TEST_F(ValueTest, OneTextMayStandForAList) {
  EXPECT_EQ(set_typed("http.listen", std::string("127.0.0.1:1")), "");
  EXPECT_EQ(config_.http.listen, (std::vector<std::string>{"127.0.0.1:1"}));
  EXPECT_EQ(set_typed("http.listen", std::vector<std::string>{}), "");
  EXPECT_TRUE(config_.http.listen.empty());
  EXPECT_EQ(set("http.listen", ""), "");
  EXPECT_TRUE(config_.http.listen.empty());
}

TEST_F(ValueTest, EveryNumberAndDurationHasItsBounds) {
  for (const Setting& setting : config_schema()) {
    if (std::holds_alternative<int& (*)(Config&)>(setting.field) && !setting.octal) {
      EXPECT_EQ(set(setting.key, std::to_string(setting.least)), "") << setting.key;
      EXPECT_EQ(set(setting.key, std::to_string(setting.most)), "") << setting.key;
      EXPECT_NE(set(setting.key, std::to_string(setting.least - 1)), "") << setting.key;
      EXPECT_NE(set(setting.key, std::to_string(setting.most + 1)), "") << setting.key;
      EXPECT_GT(setting.most, setting.least) << setting.key;
    }
    if (std::holds_alternative<Duration& (*)(Config&)>(setting.field)) {
      EXPECT_EQ(set(setting.key, std::to_string(setting.least) + "ms"), "") << setting.key;
      EXPECT_EQ(set(setting.key, std::to_string(setting.most) + "ms"), "") << setting.key;
      EXPECT_NE(set(setting.key, std::to_string(setting.most + 1) + "ms"), "") << setting.key;
      if (setting.least > 0) {
        EXPECT_NE(set(setting.key, std::to_string(setting.least - 1) + "ms"), "") << setting.key;
      }
    }
  }
}

TEST_F(ValueTest, SaysWhatIsAllowed) {
  EXPECT_EQ(set("limits.max_generations", "5000"), "5000 is not from 0 to 4096");
  EXPECT_EQ(set("limits.max_generations", "1e3"), "must be a whole number, not text");
  EXPECT_EQ(set("retry.render_timeout", "0s"), "0s is not from 1s to 30d");
  EXPECT_EQ(set("poll.first", "60"), "\"60\" is not a duration: a whole number and ms, s, m, h or d");
  EXPECT_EQ(set("log.format", "jsn"), "\"jsn\" is not one of text, json, journald; did you mean \"json\"?");
  EXPECT_EQ(set("reconcile.if_absent", ""), "\"\" is not one of park, resend");
}

TEST_F(ValueTest, AWrongValueChangesNothing) {
  ASSERT_EQ(set("http.listen", "127.0.0.1:1"), "");
  EXPECT_NE(set("http.listen", "127.0.0.1:2,nonsense"), "");
  EXPECT_EQ(config_.http.listen, (std::vector<std::string>{"127.0.0.1:1"}));
}

TEST_F(ValueTest, ReadsPermissionBits) {
  EXPECT_EQ(set("results.mode", "0640"), "");
  EXPECT_EQ(config_.results.mode, 0640);
  EXPECT_EQ(set("results.mode", "600"), "");
  EXPECT_EQ(config_.results.mode, 0600);
  EXPECT_NE(set("results.mode", "0440"), "");
  EXPECT_NE(set("results.mode", "01777"), "");
  EXPECT_NE(set("results.mode", "0689"), "");
  EXPECT_NE(set("results.mode", ""), "");
}

TEST_F(ValueTest, PathsBecomeAbsolute) {
  EXPECT_EQ(set("spool.dir", "~/spool"), "");
  EXPECT_EQ(config_.spool.dir, "/home/eve/spool");
  EXPECT_EQ(set("spool.dir", "a/../b"), "");
  EXPECT_EQ(config_.spool.dir, std::filesystem::current_path() / "b");
  EXPECT_EQ(set("leonardo.ca_file", ""), "");
  EXPECT_TRUE(config_.leonardo.ca_file.empty());
  EXPECT_EQ(set("spool.asset_roots", "/a,~/b"), "");
  EXPECT_EQ(config_.spool.asset_roots, (std::vector<std::filesystem::path>{"/a", "/home/eve/b"}));
  EXPECT_EQ(assign_setting(*find_setting("spool.dir"), GivenValue{std::string("~/x")}, "", config_),
            "\"~/x\": HOME is not set");
}

TEST_F(ValueTest, ShowsValuesAsToml) {
  set("limits.max_downloads", "8");
  set("poll.first", "90s");
  set("results.mode", "0644");
  set("http.listen", "127.0.0.1:1,[::1]:2");
  config_.log.level = "a\"b\\c\n";
  EXPECT_EQ(show("limits.max_downloads"), "8");
  EXPECT_EQ(show("poll.first"), "\"90s\"");
  EXPECT_EQ(show("results.mode"), "\"0644\"");
  EXPECT_EQ(show("http.listen"), "[\"127.0.0.1:1\", \"[::1]:2\"]");
  EXPECT_EQ(show("store.allow_network_filesystem"), "false");
  EXPECT_EQ(show("log.level"), "\"a\\\"b\\\\c\\u000A\"");
}

TEST_F(ValueTest, NeverShowsAProxysPassword) {
  ASSERT_EQ(set("leonardo.proxy", "http://eve:secret@proxy:3128"), "");
  EXPECT_EQ(show("leonardo.proxy"), "\"http://***@proxy:3128\"");
  EXPECT_EQ(set("leonardo.proxy", "ftp://eve:secret@proxy:3128").find("secret"), std::string::npos);
}

TEST_F(ValueTest, EverySettingIsDescribedOnce) {
  std::set<std::string_view> keys;
  for (const Setting& setting : config_schema()) {
    EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
    EXPECT_FALSE(setting.description.empty()) << setting.key;
    EXPECT_EQ(find_setting(setting.key), &setting);
  }
  EXPECT_EQ(find_setting("limits.none"), nullptr);
}

TEST_F(ValueTest, VariablesAreNamedAfterKeys) {
  EXPECT_EQ(variable_name("data_dir"), "REELD_DATA_DIR");
  EXPECT_EQ(variable_name("limits.max_downloads"), "REELD_LIMITS__MAX_DOWNLOADS");
}

}  // namespace
}  // namespace reeld
