#include <fstream>
#include <vector>

#include "job/helpers.hpp"

/// The examples of the documentation must be what they claim to be.
namespace reeld::test {
namespace {

/// The fenced blocks of one language in a page.
std::vector<std::string> blocks(const std::string& page, const std::string& language) {
  std::ifstream file(REELD_SOURCE_DIR "/docs/" + page);
  std::vector<std::string> found;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "```" + language) {
      found.emplace_back();
      inside = true;
    } else if (line.starts_with("```")) {
      inside = false;
    } else if (inside) {
      found.back() += line + "\n";
    }
  }
  return found;
}

TEST(DocsTest, JobsOfThePageAreValid) {
  int jobs = 0;
  for (std::string text : blocks("job-file.md", "json")) {
    // A block that shows one member is a piece of a job.
    if (text.starts_with("\"reeld\"")) text = job_text("", "," + text);
    if (text.starts_with('"')) text = job_text(text.substr(0, text.size() - 1) + ",", "", "ltxv-2.3-pro");
    EXPECT_EQ(problems(text), "") << text;
    ++jobs;
  }
  for (const std::string& text : blocks("job-file.md", "jsonl")) {
    EXPECT_EQ(problems(text.substr(0, text.find('\n'))), "") << text;
    ++jobs;
  }
  EXPECT_GE(jobs, 8);
}

TEST(DocsTest, TheFirstJobIsSentAsTheLastBlockSays) {
  const auto pages = blocks("job-file.md", "json");
  ASSERT_FALSE(pages.empty());
  EXPECT_EQ(request(pages.front(), 1804289383), json(pages.back()));
}

TEST(DocsTest, ModelsOfThePageCanBeOverlaid) {
  const auto pages = blocks("config.md", "toml");
  ASSERT_FALSE(pages.empty());
  Catalogue models = Catalogue::embedded();
  const auto result = models.overlay(pages.back(), "config.md");
  EXPECT_TRUE(result) << result.error().detail;
}

}  // namespace
}  // namespace reeld::test
