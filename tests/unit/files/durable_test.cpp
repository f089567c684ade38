#include "daemon/files/durable.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/files/rename.hpp"
#include "tests/unit/files/temp_folder.hpp"

namespace reeld::files {
namespace {

namespace fs = std::filesystem;
using test::read_text;
using test::TempFolder;
using test::write_text;

mode_t mode_of(const fs::path& path) {
  struct stat found{};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

class DurableTest : public testing::Test {
 protected:
  TempFolder folder_;
};

TEST_F(DurableTest, MakesFoldersWithTheModeWhateverTheUmask) {
  const mode_t before = ::umask(077);
  const auto made = make_directories(folder_ / "a/b/c/", 02770);
  ::umask(before);
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(mode_of(folder_ / "a"), 02770U);
  EXPECT_EQ(mode_of(folder_ / "a/b/c"), 02770U);
}

TEST_F(DurableTest, LeavesAFolderThatIsThereAsItIs) {
  fs::create_directory(folder_ / "a");
  ASSERT_EQ(::chmod((folder_ / "a").c_str(), 0711), 0);
  EXPECT_TRUE(make_directories(folder_ / "a", 0750));
  EXPECT_EQ(mode_of(folder_ / "a"), 0711U);
}

TEST_F(DurableTest, RefusesAFileInThePlaceOfAFolder) {
  write_text(folder_ / "a", "x");
  EXPECT_EQ(make_directories(folder_ / "a", 0750).error().code, Errc::kConflict);
}

TEST_F(DurableTest, ReplacesAFileWhole) {
  write_text(folder_ / "note", "old and longer than the new one");
  const mode_t before = ::umask(077);
  const auto written = write_durably(folder_ / "note", "new", 0644);
  ::umask(before);
  ASSERT_TRUE(written) << describe(written.error());
  EXPECT_EQ(read_text(folder_ / "note"), "new");
  EXPECT_EQ(mode_of(folder_ / "note"), 0644U);
  EXPECT_EQ(entries(folder_.path()), 1U);
}

TEST_F(DurableTest, ReplacesALinkAndNotWhatItPointsTo) {
  write_text(folder_ / "foreign", "keep me");
  fs::create_symlink(folder_ / "foreign", folder_ / "note");
  ASSERT_TRUE(write_durably(folder_ / "note", "new", 0600));
  EXPECT_EQ(read_text(folder_ / "foreign"), "keep me");
  EXPECT_FALSE(fs::is_symlink(folder_ / "note"));
}

TEST_F(DurableTest, TakesAwayWhatACrashLeftWithoutWritingIntoIt) {
  write_text(folder_ / "foreign", "keep me");
  fs::create_hard_link(folder_ / "foreign", folder_ / ".note.tmp");
  ASSERT_TRUE(write_durably(folder_ / "note", "new", 0600));
  EXPECT_EQ(read_text(folder_ / "foreign"), "keep me");
  EXPECT_FALSE(fs::exists(folder_ / ".note.tmp"));
}

TEST_F(DurableTest, WritesUnderTheLongestName) {
  const std::string name(255, 'n');
  ASSERT_TRUE(write_durably(folder_ / name, "x", 0600));
  EXPECT_EQ(read_text(folder_ / name), "x");
}

TEST_F(DurableTest, WriterThatIsGivenUpLeavesTheOldFile) {
  write_text(folder_ / "note", "old");
  {
    auto writer = DurableWriter::open(folder_ / "note", 0600);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->write("half"));
  }
  EXPECT_EQ(read_text(folder_ / "note"), "old");
  EXPECT_EQ(entries(folder_.path()), 1U);
}

TEST_F(DurableTest, WriterPutsPiecesTogether) {
  auto writer = DurableWriter::open(folder_ / "note", 0600);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->write("one "));
  ASSERT_TRUE((*writer)->write("two"));
  ASSERT_TRUE((*writer)->commit());
  EXPECT_EQ(read_text(folder_ / "note"), "one two");
}

TEST_F(DurableTest, SaysThatTheFolderIsMissing) {
  EXPECT_EQ(write_durably(folder_ / "no/note", "x", 0600).error().code, Errc::kNotFound);
}

TEST_F(DurableTest, MovesBetweenFolders) {
  fs::create_directory(folder_ / "to");
  write_text(folder_ / "a", "film");
  ASSERT_TRUE(move_durably(folder_ / "a", folder_ / "to/b"));
  EXPECT_EQ(read_text(folder_ / "to/b"), "film");
  EXPECT_FALSE(fs::exists(folder_ / "a"));
}

TEST_F(DurableTest, MoveNeverReplaces) {
  write_text(folder_ / "a", "mine");
  write_text(folder_ / "b", "yours");
  EXPECT_EQ(move_durably(folder_ / "a", folder_ / "b").error().code, Errc::kConflict);
  EXPECT_EQ(read_text(folder_ / "a"), "mine");
  EXPECT_EQ(read_text(folder_ / "b"), "yours");
}

TEST_F(DurableTest, MoveSaysThatTheSourceIsMissing) {
  EXPECT_EQ(move_durably(folder_ / "a", folder_ / "b").error().code, Errc::kNotFound);
}

TEST_F(DurableTest, LinkingInsteadOfRenamingNeverReplacesEither) {
  write_text(folder_ / "a", "mine");
  write_text(folder_ / "b", "yours");
  EXPECT_EQ(link_and_unlink(folder_ / "a", folder_ / "b").error().code, Errc::kConflict);
  ASSERT_TRUE(link_and_unlink(folder_ / "a", folder_ / "c"));
  EXPECT_EQ(read_text(folder_ / "c"), "mine");
  EXPECT_FALSE(fs::exists(folder_ / "a"));
}

TEST_F(DurableTest, LookingBeforeRenamingDoesNotReplaceWhatIsThere) {
  write_text(folder_ / "a", "mine");
  write_text(folder_ / "b", "yours");
  EXPECT_EQ(look_and_rename(folder_ / "a", folder_ / "b").error().code, Errc::kConflict);
  ASSERT_TRUE(look_and_rename(folder_ / "a", folder_ / "c"));
  EXPECT_EQ(read_text(folder_ / "c"), "mine");
}

TEST_F(DurableTest, SyncsFilesAndFolders) {
  write_text(folder_ / "a", "x");
  EXPECT_TRUE(sync(folder_ / "a"));
  EXPECT_TRUE(sync(folder_.path()));
  EXPECT_EQ(sync(folder_ / "no").error().code, Errc::kNotFound);
}

TEST_F(DurableTest, DigestsAFile) {
  write_text(folder_ / "a", "abc");
  const auto found = digest(folder_ / "a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size, 3U);
  EXPECT_EQ(found->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(DurableTest, DigestsAnEmptyAndALongFile) {
  write_text(folder_ / "empty", "");
  write_text(folder_ / "long", std::string(1'000'000, 'a'));
  EXPECT_EQ(digest(folder_ / "empty")->sha256,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest(folder_ / "long")->sha256,
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_F(DurableTest, DigestFollowsNoLinkAndWaitsForNoPipe) {
  write_text(folder_ / "a", "abc");
  fs::create_symlink(folder_ / "a", folder_ / "link");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(digest(folder_ / "link").error().code, Errc::kConflict);
  EXPECT_EQ(digest(folder_ / "pipe").error().code, Errc::kConflict);
  EXPECT_EQ(digest(folder_ / "no").error().code, Errc::kNotFound);
}

TEST_F(DurableTest, RemovesAFileAndForgivesAMissingOne) {
  write_text(folder_ / "a", "x");
  EXPECT_TRUE(files::remove(folder_ / "a"));
  EXPECT_FALSE(fs::exists(folder_ / "a"));
  EXPECT_TRUE(files::remove(folder_ / "a"));
}

TEST_F(DurableTest, RemoveTellsWhatItCannotRemove) {
  fs::create_directory(folder_ / "a");
  EXPECT_FALSE(files::remove(folder_ / "a"));
}

TEST_F(DurableTest, CountsFreeBytes) {
  const auto free = free_bytes(folder_.path());
  ASSERT_TRUE(free);
  EXPECT_GT(*free, 0U);
  EXPECT_EQ(free_bytes(folder_ / "no").error().code, Errc::kNotFound);
}

TEST_F(DurableTest, FullDeviceIsNoSpace) {
  auto full = open_descriptor("test", "/dev/full", O_WRONLY);
  ASSERT_TRUE(full);
  EXPECT_EQ(write_at("test", *full, "x", 0, "/dev/full").error().code, Errc::kNoSpace);
}

}  // namespace
}  // namespace reeld::files
