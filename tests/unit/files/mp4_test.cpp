#include "daemon/files/mp4.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>

#include "tests/unit/files/temp_folder.hpp"

namespace reeld::files {
namespace {

using test::TempFolder;
using test::write_text;

std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::string box(std::string_view type, std::string_view content) {
  return big_endian(8 + content.size(), 4) + std::string(type) + std::string(content);
}

/// A box with its size in 64 bits.
std::string long_box(std::string_view type, std::string_view content) {
  return big_endian(1, 4) + std::string(type) + big_endian(16 + content.size(), 8) + std::string(content);
}

const std::string kFtyp = box("ftyp", "isom0000");
const std::string kMoov = box("moov", "tracks");

class Mp4Test : public testing::Test {
 protected:
  /// "" for a whole MP4, else what is wrong.
  std::string check(std::string_view bytes) {
    write_text(folder_ / "film.mp4", bytes);
    const auto checked = check_mp4(folder_ / "film.mp4");
    if (checked) return "";
    EXPECT_EQ(checked.error().code, Errc::kBadInput);
    return checked.error().detail;
  }

  TempFolder folder_;
};

TEST_F(Mp4Test, TakesAWholeFilm) {
  EXPECT_EQ(check(kFtyp + kMoov + box("mdat", "frames")), "");
}

TEST_F(Mp4Test, TakesMoovAtTheEnd) {
  EXPECT_EQ(check(kFtyp + box("mdat", "frames") + kMoov), "");
}

TEST_F(Mp4Test, TakesSixtyFourBitSizes) {
  EXPECT_EQ(check(kFtyp + long_box("mdat", "frames") + kMoov), "");
}

TEST_F(Mp4Test, TakesSizeZeroAsToTheEnd) {
  EXPECT_EQ(check(kFtyp + kMoov + big_endian(0, 4) + "mdat" + "all the frames"), "");
}

TEST_F(Mp4Test, TakesEmptyBoxes) {
  EXPECT_EQ(check(kFtyp + box("free", "") + kMoov), "");
}

TEST_F(Mp4Test, SaysThatABoxIsCutShort) {
  std::string film = kFtyp + kMoov + box("mdat", std::string(992, 'f'));
  film.resize(film.size() - 300);
  EXPECT_EQ(check(film), "cut short: box mdat needs 1000 bytes, 700 are left");
}

TEST_F(Mp4Test, SeesEveryCut) {
  const std::string film = kFtyp + kMoov + long_box("mdat", "frames");
  for (std::size_t size = 0; size < film.size(); ++size) {
    if (size == kFtyp.size() + kMoov.size()) continue;  // exactly between two boxes: the announced size tells
    EXPECT_NE(check(film.substr(0, size)), "") << size;
  }
}

TEST_F(Mp4Test, RefusesBytesBehindTheLastBox) {
  EXPECT_EQ(check(kFtyp + kMoov + "junk"),
            "4 stray bytes at offset " + std::to_string(kFtyp.size() + kMoov.size()));
}

TEST_F(Mp4Test, RefusesABoxSmallerThanItsHeader) {
  EXPECT_NE(check(kFtyp + kMoov + big_endian(7, 4) + "mdat").find("its header alone is 8"),
            std::string::npos);
  EXPECT_NE(
      check(kFtyp + kMoov + big_endian(1, 4) + "mdat" + big_endian(15, 8)).find("its header alone is 16"),
      std::string::npos);
}

TEST_F(Mp4Test, RefusesA64BitSizePastTheEnd) {
  const std::string huge = big_endian(1, 4) + "mdat" + big_endian(0xFFFF'FFFF'FFFF'FFFF, 8);
  EXPECT_NE(check(kFtyp + kMoov + huge).find("cut short"), std::string::npos);
}

TEST_F(Mp4Test, RefusesAFilmThatDoesNotBeginWithFtyp) {
  EXPECT_EQ(check(kMoov + kFtyp), "not an MP4: it begins with box moov, not ftyp");
}

TEST_F(Mp4Test, RefusesAFilmWithoutMoov) {
  EXPECT_EQ(check(kFtyp + box("mdat", "frames")), "no box moov: a player could not open it");
}

TEST_F(Mp4Test, RefusesAnErrorPage) {
  EXPECT_NE(check("<!doctype html><p>gone").find("not an MP4"), std::string::npos);
}

TEST_F(Mp4Test, RefusesAnEmptyFile) {
  EXPECT_EQ(check(""), "empty");
}

TEST_F(Mp4Test, RefusesEndlessTinyBoxes) {
  std::string film = kFtyp + kMoov;
  for (int i = 0; i < 100'000; ++i) film += box("free", "");
  EXPECT_NE(check(film).find("more than"), std::string::npos);
}

TEST_F(Mp4Test, FollowsNoLinkAndWaitsForNoPipe) {
  write_text(folder_ / "film", kFtyp + kMoov);
  std::filesystem::create_symlink(folder_ / "film", folder_ / "link");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(check_mp4(folder_ / "link"));
  EXPECT_FALSE(check_mp4(folder_ / "pipe"));
  EXPECT_EQ(check_mp4(folder_ / "no").error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace reeld::files
