#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {

/// Runs the real `reeld render` over a simulated cloud.
class RenderTest : public testing::Test {
 protected:
  explicit RenderTest(sim::Options cloud = Daemon::fast_cloud()) : daemon_(std::move(cloud)) {}

  std::filesystem::path write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = dir_.path() / name;
    drop_file(file, text);
    return file;
  }
  std::filesystem::path shots(int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
    return write("shots.jsonl", lines);
  }
  std::vector<std::string> arguments(std::vector<std::string> rest) const {
    rest.insert(rest.begin(), "render");
    rest.insert(rest.end(), {"-o", output().string()});
    return rest;
  }
  Finished render(std::vector<std::string> rest, const std::string& input = "") {
    return daemon_.reeld(arguments(std::move(rest)), input);
  }
  /// The same where a person looks on: on a terminal.
  Finished render_on_terminal(const std::vector<std::string>& rest) {
    std::string line;
    for (const std::string& word : daemon_.command(arguments(rest))) line += "'" + word + "' ";
    return run_program({{"script", "-qec", line, "/dev/null"}, daemon_.environment(), "", ""});
  }
  std::unique_ptr<Process> begin_render(const std::vector<std::string>& rest) {
    return std::make_unique<Process>(
        Process::Command{daemon_.command(arguments(rest)), daemon_.environment(), log(), ""});
  }
  int films() const {
    const auto files = files_below(output());
    return static_cast<int>(std::ranges::count_if(
        files, [](const std::filesystem::path& file) { return file.extension() == ".mp4"; }));
  }
  std::filesystem::path output() const { return dir_.path() / "films"; }
  std::filesystem::path state() const { return output() / ".reeld"; }
  std::filesystem::path log() const { return dir_.path() / "log"; }

  TempDir dir_;
  Daemon daemon_;
};

/// The lines of standard output: an object each. What is no object came by standard error.
inline std::vector<Json> objects(const std::string& output) {
  std::vector<Json> objects;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('{')) objects.push_back(Json::parse(line));
  }
  return objects;
}

/// The last of them.
inline Json summary_of(const Finished& done) {
  const auto all = objects(done.output);
  if (all.empty()) return nullptr;
  EXPECT_EQ(all.back().at("kind"), "summary") << done.output;
  EXPECT_EQ(all.back().at("exit_code"), done.exit_code);
  return all.back();
}

}  // namespace reeld::test
