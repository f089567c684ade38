#include "common/config/changes.hpp"

#include <gtest/gtest.h>

#include "common/config/load.hpp"

namespace reeld {
namespace {

using namespace std::chrono_literals;

Config config_with(std::map<std::string, std::string> flags) {
  const ConfigSources sources{{}, {{"STATE_DIRECTORY", "/var/lib/reeld"}}, std::move(flags)};
  return std::get<LoadedConfig>(load_config(sources)).config;
}

TEST(ChangesTest, ASettingThatMayChangeIsTakenAndToldWithBothValues) {
  Config config = config_with({});
  const auto changes = take_live_settings(
      config,
      config_with({{"limits.max_downloads", "8"}, {"poll.first", "5s"}, {"hooks.events", "disk.low"}}));
  EXPECT_EQ(config.limits.max_downloads, 8);
  EXPECT_EQ(config.poll.first, 5s);
  EXPECT_EQ(config.hooks.events, std::vector<std::string>{"disk.low"});
  ASSERT_EQ(changes.taken.size(), 3U);
  EXPECT_EQ(changes.taken[0].key, "limits.max_downloads");
  EXPECT_EQ(changes.taken[0].before, "4");
  EXPECT_EQ(changes.taken[0].after, "8");
  EXPECT_EQ(changes.taken[1].before, "\"1m\"");
  EXPECT_EQ(changes.taken[2].after, "[\"disk.low\"]");
  EXPECT_TRUE(changes.needs_restart.empty());
}

TEST(ChangesTest, WhatNeedsARestartIsNamedAndKeepsItsValue) {
  Config config = config_with({{"leonardo.proxy", "http://me:old@proxy:1"}});
  const auto changes = take_live_settings(
      config, config_with({{"leonardo.proxy", "http://me:new@proxy:1"}, {"data_dir", "/elsewhere"}}));
  EXPECT_TRUE(changes.taken.empty());
  EXPECT_EQ(changes.needs_restart, (std::vector<std::string>{"data_dir", "leonardo.proxy", "spool.dir",
                                                             "results.dir", "store.url"}));
  EXPECT_EQ(config.data_dir, "/var/lib/reeld");
  EXPECT_EQ(config.leonardo.proxy, "http://me:old@proxy:1");
}

TEST(ChangesTest, WhatMayHoldATokenIsToldWithoutItsValue) {
  Config config = config_with({{"hooks.url", "https://chat.example.com/old-token"}});
  const auto changes = take_live_settings(
      config,
      config_with({{"hooks.url", "https://chat.example.com/new-token"}, {"hooks.command", "tell,it"}}));
  EXPECT_EQ(config.hooks.url, "https://chat.example.com/new-token");
  ASSERT_EQ(changes.taken.size(), 2U);
  for (const SettingChange& change : changes.taken) EXPECT_EQ(change.before + change.after, "") << change.key;
}

TEST(ChangesTest, TheSameConfigurationChangesNothing) {
  Config config = config_with({});
  const auto changes = take_live_settings(config, config_with({}));
  EXPECT_TRUE(changes.taken.empty());
  EXPECT_TRUE(changes.needs_restart.empty());
}

}  // namespace
}  // namespace reeld
