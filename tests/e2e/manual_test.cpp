#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

std::string run_reeld(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), REELD_BINARY);
  return run_program({arguments, {}, "", ""}).output;
}

/// A manual page as the build made it, without the backslashes of its Markdown.
std::string page(const std::string& name) {
  std::ifstream file(std::string(REELD_MANUAL_DIR "/") + name + ".md");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::erase(text, '\\');
  return text;
}

/// The first words of the lines that the help indents under `heading`: "--config", "serve".
std::vector<std::string> listed(const std::string& help, const std::string& heading) {
  std::istringstream lines(help);
  std::vector<std::string> words;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(' ')) inside = line == heading;
    if (inside && line.starts_with("  ") && line[2] != ' ') {
      words.push_back(line.substr(2, line.find_first_of(" ,", 2) - 2));
    }
  }
  return words;
}

TEST(ManualTest, HasEveryVerbAndOptionOfTheHelp) {
  const std::string manual = page("reeld.1");
  const std::string help = run_reeld({"--help"});
  const auto verbs = listed(help, "Subcommands:");
  ASSERT_GT(verbs.size(), 20U);
  for (const std::string& option : listed(help, "Options:")) {
    EXPECT_NE(manual.find("**" + option + "**"), std::string::npos) << option;
  }
  for (const std::string& verb : verbs) {
    const auto section = manual.find("\n## " + verb);
    ASSERT_NE(section, std::string::npos) << verb;
    for (const std::string& option : listed(run_reeld({verb, "--help"}), "Options:")) {
      EXPECT_NE(manual.find("**" + option + "**", option == "-h" ? 0 : section), std::string::npos)
          << verb << " " << option;
    }
  }
}

TEST(ManualTest, HasEveryKeyOfTheConfiguration) {
  const std::string manual = page("reeld.toml.5");
  std::istringstream settings(run_reeld({"config", "show", "--json", "--config", "/dev/null"}));
  int keys = 0;
  for (std::string line; std::getline(settings, line); ++keys) {
    const std::string key = Json::parse(line).at("key");
    EXPECT_NE(manual.find("**" + key + "** = "), std::string::npos) << key;
  }
  EXPECT_GT(keys, 50);
}

TEST(ManualTest, LeavesNoPlaceEmpty) {
  for (const std::string name : {"reeld.1", "reeld.toml.5", "reeld-job.5"}) {
    const std::string text = page(name);
    EXPECT_NE(text.find("reeld " REELD_VERSION), std::string::npos) << name;
    for (const std::string place : {"@VERBS@", "@KEYS@", "@DATE@", "@VERSION@"}) {
      EXPECT_EQ(text.find(place), std::string::npos) << name << " " << place;
    }
  }
}

}  // namespace
}  // namespace reeld::test
