#include "daemon/files/part_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "tests/unit/files/temp_folder.hpp"

namespace reeld::files {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using test::read_text;
using test::TempFolder;
using test::write_text;

class PartFileTest : public testing::Test {
 protected:
  /// Runs a coroutine to its end on this thread.
  template <class T>
  T wait(asio::awaitable<T> task) {
    asio::io_context context;
    std::optional<T> result;
    asio::co_spawn(context, std::move(task), [&result](std::exception_ptr thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      result.emplace(std::move(value));
    });
    context.run();
    return std::move(*result);
  }

  Result<std::unique_ptr<PartFile>> open(const fs::path& path, std::uint64_t keep = 0) {
    return wait(PartFile::open(pool_, path, keep, 0640));
  }

  TempFolder folder_;
  Pool pool_{2};
};

TEST_F(PartFileTest, WritesSyncsAndDigests) {
  auto part = open(folder_ / ".g-1.part");
  ASSERT_TRUE(part);
  ASSERT_TRUE(wait((*part)->write("ab")));
  EXPECT_EQ(*wait((*part)->sync()), 2U);
  ASSERT_TRUE(wait((*part)->write("c")));
  EXPECT_EQ((*part)->size(), 3U);
  const auto found = wait((*part)->finish());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size, 3U);
  EXPECT_EQ(found->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(PartFileTest, GivesTheModeWhateverTheUmask) {
  const mode_t before = ::umask(077);
  ASSERT_TRUE(open(folder_ / "part"));
  ::umask(before);
  struct stat found{};
  ASSERT_EQ(::stat((folder_ / "part").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777U, 0640U);
}

TEST_F(PartFileTest, CutsToWhatIsKnownToBeSyncedAndGoesOnThere) {
  write_text(folder_ / "part", "synced and not synced");
  auto part = open(folder_ / "part", 6);
  ASSERT_TRUE(part);
  EXPECT_EQ((*part)->size(), 6U);
  EXPECT_EQ(read_text(folder_ / "part"), "synced");
  ASSERT_TRUE(wait((*part)->write("!")));
  EXPECT_EQ(read_text(folder_ / "part"), "synced!");
}

TEST_F(PartFileTest, BeginsAnewWhenLessIsThereThanWasSynced) {
  write_text(folder_ / "part", "short");
  auto part = open(folder_ / "part", 6);
  ASSERT_TRUE(part);
  EXPECT_EQ((*part)->size(), 0U);
  EXPECT_EQ(read_text(folder_ / "part"), "");
}

TEST_F(PartFileTest, RestartForgetsAllBytes) {
  auto part = open(folder_ / "part");
  ASSERT_TRUE(wait((*part)->write("old version")));
  ASSERT_TRUE(wait((*part)->restart()));
  EXPECT_EQ((*part)->size(), 0U);
  ASSERT_TRUE(wait((*part)->write("new")));
  EXPECT_EQ(wait((*part)->finish())->size, 3U);
  EXPECT_EQ(read_text(folder_ / "part"), "new");
}

TEST_F(PartFileTest, RefusesASymlink) {
  write_text(folder_ / "foreign", "keep me");
  fs::create_symlink(folder_ / "foreign", folder_ / "part");
  EXPECT_EQ(open(folder_ / "part").error().code, Errc::kConflict);
  EXPECT_EQ(read_text(folder_ / "foreign"), "keep me");
}

TEST_F(PartFileTest, RefusesASecondNameOfAForeignFile) {
  write_text(folder_ / "foreign", "keep me");
  fs::create_hard_link(folder_ / "foreign", folder_ / "part");
  EXPECT_EQ(open(folder_ / "part").error().code, Errc::kConflict);
  EXPECT_EQ(read_text(folder_ / "foreign"), "keep me");
}

TEST_F(PartFileTest, RefusesAPipe) {
  ASSERT_EQ(::mkfifo((folder_ / "part").c_str(), 0600), 0);
  EXPECT_EQ(open(folder_ / "part").error().code, Errc::kConflict);
}

TEST_F(PartFileTest, SaysThatTheFolderIsMissing) {
  EXPECT_EQ(open(folder_ / "no/part").error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace reeld::files
