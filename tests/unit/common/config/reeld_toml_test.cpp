#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "common/config/load.hpp"
#include "common/config/schema.hpp"
#include "config/temp_folder.hpp"

/// The commented example config/reeld.toml against the schema: neither may know a key that the other lacks.
namespace reeld {
namespace {

std::vector<std::string> example_lines() {
  std::ifstream file(REELD_SOURCE_DIR "/config/reeld.toml");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// A setting's line has no blank behind its '#', prose has.
bool is_setting_line(const std::string& line) {
  return line.size() > 1 && line[0] == '#' && line[1] >= 'a' && line[1] <= 'z';
}

TEST(ReeldTomlTest, NamesEveryKeyInTheSchemasOrder) {
  std::vector<std::string> keys;
  std::string section;
  for (const std::string& line : example_lines()) {
    if (line.starts_with('[')) section = line.substr(1, line.find(']') - 1) + ".";
    if (is_setting_line(line)) keys.push_back(section + line.substr(1, line.find(" = ") - 1));
  }
  std::vector<std::string> known;
  for (const Setting& setting : config_schema()) known.emplace_back(setting.key);
  EXPECT_EQ(keys, known);
}

TEST(ReeldTomlTest, ItsValuesAreTheDefaults) {
  std::string uncommented;
  for (const std::string& line : example_lines())
    uncommented += (is_setting_line(line) ? line.substr(1) : line) + "\n";
  const test::TempFolder folder;
  ConfigSources sources{{}, {{"STATE_DIRECTORY", "/var/lib/reeld"}}, {}};
  const auto defaults = load_config(sources);
  sources.file = folder.write("reeld.toml", uncommented);
  const auto loaded = load_config(sources);
  ASSERT_TRUE(std::holds_alternative<LoadedConfig>(defaults));
  ASSERT_TRUE(std::holds_alternative<LoadedConfig>(loaded)) << std::get<ConfigProblems>(loaded).front();
  EXPECT_EQ(to_toml(std::get<LoadedConfig>(loaded), false), to_toml(std::get<LoadedConfig>(defaults), false));
  for (const ConfigOrigin& one : std::get<LoadedConfig>(loaded).origins)
    EXPECT_NE(one.origin, "default") << one.key;
}

TEST(ReeldTomlTest, AsItIsItSetsNothing) {
  ConfigSources sources{REELD_SOURCE_DIR "/config/reeld.toml", {{"STATE_DIRECTORY", "/var/lib/reeld"}}, {}};
  const auto loaded = load_config(sources);
  ASSERT_TRUE(std::holds_alternative<LoadedConfig>(loaded)) << std::get<ConfigProblems>(loaded).front();
  for (const ConfigOrigin& one : std::get<LoadedConfig>(loaded).origins)
    EXPECT_EQ(one.origin, "default") << one.key;
}

TEST(ReeldTomlTest, TheReferenceDescribesEveryKey) {
  std::ifstream file(REELD_SOURCE_DIR "/docs/config.md");
  std::ostringstream text;
  text << file.rdbuf();
  for (const Setting& setting : config_schema()) {
    EXPECT_NE(text.str().find("`" + std::string(setting.key) + "`"), std::string::npos) << setting.key;
  }
}

/// From the line that begins so to the next blank one.
std::string paragraph(const std::string& file, std::string_view beginning) {
  std::ifstream lines(REELD_SOURCE_DIR "/" + file);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    if (!text.empty() && line.size() < 2) break;
    if (!text.empty() || line.starts_with(beginning)) text += line + " ";
  }
  return text;
}

TEST(ReeldTomlTest, ItAndTheReferenceSayWhatAReloadTakes) {
  const std::string example = paragraph("config/reeld.toml", "# SIGHUP");
  const std::string reference = paragraph("docs/config.md", "A reload takes");
  for (const Setting& setting : config_schema()) {
    const std::string key(setting.key);
    const std::string section = key.substr(0, key.find('.'));
    const bool in_example = example.find(" " + key) != std::string::npos ||
                            example.find("[" + section + "]") != std::string::npos;
    const bool in_reference = reference.find("`" + key + "`") != std::string::npos ||
                              reference.find("`" + section + ".*`") != std::string::npos;
    EXPECT_EQ(in_example, setting.live) << key;
    EXPECT_EQ(in_reference, setting.live) << key;
  }
}

}  // namespace
}  // namespace reeld
