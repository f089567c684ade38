#include <gtest/gtest.h>

#include "common/config/load.hpp"
#include "config/temp_folder.hpp"

namespace reeld {
namespace {

using Environment = std::map<std::string, std::string>;

TEST(PlacesTest, DataLiesWhereSystemdSays) {
  EXPECT_EQ(default_data_dir({{"STATE_DIRECTORY", "/var/lib/reeld"}, {"HOME", "/home/eve"}}, false),
            "/var/lib/reeld");
  EXPECT_EQ(default_data_dir({{"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"}}, true), "/var/lib/a");
}

TEST(PlacesTest, DataOfRootLiesInVarLib) {
  EXPECT_EQ(default_data_dir({{"HOME", "/root"}, {"XDG_STATE_HOME", "/x"}}, true), "/var/lib/reeld");
}

TEST(PlacesTest, DataOfAPersonFollowsXdg) {
  EXPECT_EQ(default_data_dir({{"XDG_STATE_HOME", "/x"}, {"HOME", "/home/eve"}}, false), "/x/reeld");
  EXPECT_EQ(default_data_dir({{"HOME", "/home/eve"}}, false), "/home/eve/.local/state/reeld");
  EXPECT_EQ(default_data_dir({{"XDG_STATE_HOME", "relative"}, {"HOME", "/home/eve"}}, false),
            "/home/eve/.local/state/reeld");
  EXPECT_EQ(default_data_dir({}, false), "/var/lib/reeld");
}

TEST(PlacesTest, AFileIsNamedOnlyWhereItExists) {
  const test::TempFolder home;
  const Environment environment{{"HOME", home.path().string()}};
  EXPECT_FALSE(default_config_file(environment, false));
  std::filesystem::create_directories(home.path() / ".config/reeld");
  home.write(".config/reeld/reeld.toml", "");
  EXPECT_EQ(default_config_file(environment, false), home.path() / ".config/reeld/reeld.toml");
  EXPECT_FALSE(
      default_config_file({{"HOME", home.path().string()}, {"XDG_CONFIG_HOME", "/nonexistent"}}, false));
  EXPECT_FALSE(default_config_file({}, false));
}

TEST(PlacesTest, AServiceDoesNotReadAPersonsFile) {
  const test::TempFolder home;
  std::filesystem::create_directories(home.path() / ".config/reeld");
  const auto personal = home.write(".config/reeld/reeld.toml", "");
  EXPECT_NE(default_config_file({{"HOME", home.path().string()}}, true), personal);
  EXPECT_NE(default_config_file({{"HOME", home.path().string()}, {"STATE_DIRECTORY", "/s"}}, false),
            personal);
}

}  // namespace
}  // namespace reeld
