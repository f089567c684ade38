// The forgetful disk itself: what was synced stays, what was not is gone.
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "tests/support/files.hpp"
#include "tests/support/process.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A folder on a forgetful disk, and a program that writes there until the power goes.
class ForgetfulTest : public testing::Test {
 protected:
  ForgetfulTest() { fs::create_directories(root()); }

  fs::path root() const { return dir_.path() / "disk"; }

  /// Steps of the scribe with paths below the disk, e.g. {"write", "a", "text", "sync", "a"}; the power goes
  /// at the last sync point, before it takes effect.
  void write_until_loss(std::vector<std::string> steps, int loss_at, const std::string& kind = "strict") {
    steps.insert(steps.begin(), REELD_SCRIBE);
    std::map<std::string, std::string> environment{{"LD_PRELOAD", REELD_FORGETFUL},
                                                   {"FORGETFUL_BELOW", root().string()},
                                                   {"FORGETFUL_LOSS_AT", std::to_string(loss_at)},
                                                   {"FORGETFUL_KIND", kind}};
    fs::current_path(root());
    Process process({steps, environment, dir_.path() / "log", ""});
    ASSERT_EQ(process.wait(30s), -SIGKILL) << read_file(dir_.path() / "log");
    EXPECT_EQ(read_file(dir_.path() / "log").find("not seen"), std::string::npos);
  }

  std::string content(const std::string& name) const { return read_file(root() / name); }
  bool there(const std::string& name) const { return fs::exists(root() / name); }

 private:
  TempDir dir_;
};

TEST_F(ForgetfulTest, KeepsSyncedBytesAndForgetsTheOthers) {
  drop_file(root() / "a", "0123456789");
  write_until_loss({"write", "a", "AB", "sync", "a", "append", "a", "more", "write", "a", "xyz", "sync", "a"},
                   2);
  EXPECT_EQ(content("a"), "AB23456789");
}

TEST_F(ForgetfulTest, BringsBackWhatWasCutOff) {
  drop_file(root() / "a", "0123456789");
  write_until_loss({"cut", "a", "3", "append", "a", "zz", "sync", "."}, 1);
  EXPECT_EQ(content("a"), "0123456789");
}

TEST_F(ForgetfulTest, ForgetsANewFileWhoseFolderWasNotSynced) {
  write_until_loss({"write", "a", "text", "sync", "a", "write", "b", "b", "sync", "b"}, 2);
  EXPECT_FALSE(there("a"));
}

TEST_F(ForgetfulTest, KeepsANewFileOnceItsFolderWasSynced) {
  write_until_loss({"write", "a", "text", "sync", "a", "sync", ".", "write", "b", "", "sync", "b"}, 3);
  EXPECT_EQ(content("a"), "text");
  EXPECT_FALSE(there("b"));
}

TEST_F(ForgetfulTest, KeepsAnEmptyFileWhereOnlyTheNameWasSynced) {
  write_until_loss({"write", "a", "text", "sync", ".", "sync", "a"}, 2);
  EXPECT_TRUE(there("a"));
  EXPECT_EQ(content("a"), "");
}

TEST_F(ForgetfulTest, TakesARenameBackAndWhatItReplaced) {
  drop_file(root() / "old", "old");
  drop_file(root() / "new", "new");
  write_until_loss({"rename", "new", "old", "sync", "old"}, 1);
  EXPECT_EQ(content("old"), "old");
  EXPECT_EQ(content("new"), "new");
}

TEST_F(ForgetfulTest, BringsARemovedFileBack) {
  drop_file(root() / "a", "text");
  write_until_loss({"remove", "a", "sync", "."}, 1);
  EXPECT_EQ(content("a"), "text");
}

TEST_F(ForgetfulTest, KeepsAMoveOnceTheNewFolderWasSynced) {
  fs::create_directory(root() / "to");
  drop_file(root() / "a", "text");
  write_until_loss({"rename", "a", "to/a", "sync", "to", "sync", "."}, 2);
  EXPECT_EQ(content("to/a"), "text");
  EXPECT_FALSE(there("a"));
}

TEST_F(ForgetfulTest, LosesAFileThatMovedIntoAFolderWhichWasNotSynced) {
  fs::create_directory(root() / "to");
  drop_file(root() / "a", "text");
  write_until_loss({"rename", "a", "to/a", "sync", ".", "sync", "to"}, 2);
  EXPECT_FALSE(there("to/a"));
  EXPECT_FALSE(there("a"));
}

TEST_F(ForgetfulTest, ForgetsAFolderAndAllInItThatItsParentDoesNotKnow) {
  write_until_loss({"mkdir", "d", "write", "d/a", "text", "sync", "d/a", "sync", "d", "sync", "."}, 3);
  EXPECT_FALSE(there("d"));
}

TEST_F(ForgetfulTest, KeepsNamesWithoutTheirBytesWhenTorn) {
  std::vector<std::string> steps;
  for (int i = 0; i < 32; ++i) {
    steps.insert(steps.end(), {"write", "file-" + std::to_string(i), "text"});
  }
  steps.insert(steps.end(), {"sync", "."});
  write_until_loss(steps, 1, "torn");
  int kept = 0;
  for (int i = 0; i < 32; ++i) {
    ASSERT_TRUE(there("file-" + std::to_string(i)));
    kept += content("file-" + std::to_string(i)) == "text" ? 1 : 0;
  }
  EXPECT_GT(kept, 0);
  EXPECT_LT(kept, 32);
}

}  // namespace
}  // namespace reeld::test
