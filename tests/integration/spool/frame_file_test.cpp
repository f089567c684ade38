#include "daemon/spool/frame_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/files.hpp"
#include "tests/support/pictures.hpp"

namespace reeld::spool {
namespace {

namespace fs = std::filesystem;

/// A folder with job files, a folder of assets, and what lies beside them and is nobody's business.
class FrameFileTest : public testing::Test {
 protected:
  FrameFileTest() {
    for (const char* name : {"jobs/sub", "assets", "private"}) fs::create_directories(dir_.path() / name);
    rules_.roots = {dir_.path() / "assets"};
  }

  void write(const fs::path& path, const std::string& bytes = test::png(1920, 1080)) {
    std::ofstream(dir_.path() / path, std::ios::binary) << bytes;
  }
  Result<FrameFile> read(const fs::path& file) {
    return read_frame(file, dir_.path() / "jobs", ::geteuid(), rules_);
  }
  /// Why it is refused; the test fails when it is not.
  std::string refusal(const fs::path& file) {
    const auto frame = read(file);
    EXPECT_FALSE(frame);
    if (frame) return "";
    EXPECT_EQ(frame.error().code, Errc::kBadInput) << describe(frame.error());
    return frame.error().detail;
  }
  void expect_refusal(const fs::path& file, std::string_view words) {
    const std::string why = refusal(file);
    EXPECT_NE(why.find(words), std::string::npos) << why;
  }

  test::TempDir dir_;
  FrameRules rules_;
};

TEST_F(FrameFileTest, ReadsAPictureBesideTheJobBelowItAndInAnAssetRoot) {
  write("jobs/a.png");
  write("jobs/sub/b.png");
  write("assets/c.png");
  const auto frame = read("a.png");
  ASSERT_TRUE(frame) << describe(frame.error());
  EXPECT_EQ(frame->picture.width, 1920);
  EXPECT_EQ(frame->bytes, test::png(1920, 1080));
  EXPECT_TRUE(read("./sub/b.png"));
  EXPECT_TRUE(read("sub/../a.png"));
  EXPECT_TRUE(read("../assets/c.png"));
  EXPECT_TRUE(read(dir_.path() / "assets" / "c.png"));
}

TEST_F(FrameFileTest, RefusesWhatLiesElsewhere) {
  write("private/a.png");
  write("assets/a.png");
  const std::string words = "neither in the job file's folder";
  expect_refusal("../private/a.png", words);
  expect_refusal("../jobs/../private/a.png", words);
  expect_refusal("sub/../../private/a.png", words);
  expect_refusal(dir_.path() / "private" / "a.png", words);
  // A root's name at the front of another folder's is not the root.
  fs::create_directories(dir_.path() / "assets-of-others");
  write("assets-of-others/a.png");
  expect_refusal("../assets-of-others/a.png", words);
  expect_refusal("..", words);
  expect_refusal(".", words);
  expect_refusal("/etc/passwd", words);
}

TEST_F(FrameFileTest, SaysOfAHomeThatAServiceMayNotSeeItEither) {
  const std::string hint = "ProtectHome=";
  expect_refusal("/home/nobody/a.png", "spool.asset_roots");
  expect_refusal("/home/nobody/a.png", hint);
  EXPECT_EQ(refusal("/srv/a.png").find(hint), std::string::npos);
  rules_.roots = {"/home/nobody"};
  expect_refusal("/home/nobody/a.png", hint);
}

TEST_F(FrameFileTest, FollowsNoLink) {
  write("private/a.png");
  fs::create_symlink(dir_.path() / "private" / "a.png", dir_.path() / "jobs" / "link.png");
  fs::create_directory_symlink(dir_.path() / "private", dir_.path() / "jobs" / "folder");
  fs::create_hard_link(dir_.path() / "private" / "a.png", dir_.path() / "jobs" / "hard.png");
  expect_refusal("link.png", "is a symbolic link");
  expect_refusal("folder/a.png", "symbolic links are never followed");
  expect_refusal("hard.png", "has 2 hard links");
}

TEST_F(FrameFileTest, OpensNothingButRegularFiles) {
  ASSERT_EQ(::mkfifo((dir_.path() / "jobs" / "pipe.png").c_str(), 0600), 0);
  expect_refusal("pipe.png", "is not a regular file");
  expect_refusal("sub", "is not a regular file");
  expect_refusal("none.png", "is not there");
  write("jobs/a.png");
  expect_refusal("a.png/b.png", "leads through something that is no folder");
  expect_refusal(std::string(300, 'x'), "name that is too long");
}

TEST_F(FrameFileTest, APrivateFileMustBeTheJobFileOwners) {
  write("jobs/a.png");
  fs::permissions(dir_.path() / "jobs" / "a.png", fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_TRUE(read("a.png"));
  const auto frame = read_frame("a.png", dir_.path() / "jobs", ::geteuid() + 1, rules_);
  ASSERT_FALSE(frame);
  EXPECT_NE(frame.error().detail.find("read by its owner alone"), std::string::npos) << frame.error().detail;
  fs::permissions(dir_.path() / "jobs" / "a.png", fs::perms::group_read, fs::perm_options::add);
  EXPECT_TRUE(read_frame("a.png", dir_.path() / "jobs", ::geteuid() + 1, rules_));
}

TEST_F(FrameFileTest, GoesByTheBytesAndTheLimits) {
  write("jobs/text.png", "not a picture at all");
  expect_refusal("text.png", "neither a PNG, a JPEG nor a WebP");
  write("jobs/short.png", test::png(1920, 1080).substr(0, 20));
  expect_refusal("short.png", "neither a PNG, a JPEG nor a WebP");
  write("jobs/small.png", test::png(255, 1080));
  expect_refusal("small.png", "is 255x1080 pixels; each side must have 256 to 8192");
  write("jobs/wide.png", test::png(8193, 1080));
  expect_refusal("wide.png", "is 8193x1080 pixels");
  rules_.limits.max_bytes = 1U << 20;
  write("jobs/large.png", test::png(1920, 1080, std::string(1U << 20, 'x')));
  expect_refusal("large.png", "is larger than 1 MiB (frames.max_mib)");
  write("jobs/picture.txt");
  EXPECT_TRUE(read("picture.txt"));
}

}  // namespace
}  // namespace reeld::spool
