#include "tests/simulator/film.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "tests/simulator/tests/temp_dir.hpp"

namespace reeld::sim {
namespace {

constexpr std::string_view kId = "1f1a06db-37cd-6c60-9cac-182717e03f42";

std::string bytes_of(const Content& content) {
  std::string bytes(content.size(), '\0');
  content.read(0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

// The types of the top-level boxes; "torn" at the end where they do not tile the file.
std::vector<std::string> boxes_of(const std::string& bytes) {
  std::vector<std::string> types;
  std::size_t at = 0;
  while (at + 8 <= bytes.size()) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(bytes[at + i]);
    types.push_back(bytes.substr(at + 4, 4));
    if (size < 8) break;
    at += size;
  }
  if (at != bytes.size()) types.emplace_back("torn");
  return types;
}

std::string probe(const std::string& bytes) {
  const TempDir dir;
  const auto path = dir / "film.mp4";
  std::ofstream(path, std::ios::binary) << bytes;
  const std::string command =
      "ffprobe -v error -select_streams v -show_entries stream=codec_name:format=duration -of csv=p=0 " +
      path.string();
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::array<char, 256> text{};
  const std::size_t length = std::fread(text.data(), 1, text.size(), pipe.get());
  return {text.data(), length};
}

TEST(Film, BoxesTileTheFile) {
  for (const int seconds : {6, 8, 20}) {
    for (const std::uint64_t total : {std::uint64_t{0}, min_film_bytes(), std::uint64_t{1'000'003}}) {
      const std::vector<std::string> boxes = boxes_of(bytes_of(Content::film(kId, 0, seconds, total)));
      ASSERT_GE(boxes.size(), 4U);
      EXPECT_EQ(boxes.front(), "ftyp");
      EXPECT_EQ(boxes[1], "moov");
      EXPECT_EQ(boxes.back(), "free");
    }
  }
}

TEST(Film, Plays) {
  if (std::system("ffprobe -version > /dev/null 2>&1") != 0) GTEST_SKIP() << "ffprobe is not installed";
  EXPECT_EQ(probe(bytes_of(Content::film(kId, 0, 6, 0))), "h264\n6.000000\n");
  EXPECT_EQ(probe(bytes_of(Content::film(kId, 1, 8, 300'000))), "h264\n8.000000\n");
}

TEST(Film, HasExactlyTheSizeAskedFor) {
  EXPECT_EQ(Content::film(kId, 0, 6, 123'457).size(), 123'457U);
  EXPECT_EQ(Content::film(kId, 0, 8, 1ULL << 30).size(), 1ULL << 30);
  EXPECT_LT(Content::film(kId, 0, 6, 0).size(), 60'000U);
}

TEST(Film, IsUniqueToItsGenerationNumberAndVariant) {
  const std::string hash = Content::film(kId, 0, 6, 0).sha256();
  EXPECT_EQ(hash, Content::film(kId, 0, 6, 0).sha256());
  EXPECT_NE(hash, Content::film(kId, 1, 6, 0).sha256());
  EXPECT_NE(hash, Content::film(kId, 0, 6, 0, 1).sha256());
  EXPECT_NE(hash, Content::film("1f1a06db-37cd-6c60-9cac-182717e03f43", 0, 6, 0).sha256());
  EXPECT_NE(Content::film(kId, 0, 6, 0).etag(), Content::film(kId, 0, 6, 0, 1).etag());
}

TEST(Film, ReadsTheSameInPiecesOfAnySize) {
  const Content film = Content::film(kId, 0, 6, 70'001);
  const std::string whole = bytes_of(film);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
    std::string joined(whole.size(), '\0');
    for (std::size_t at = 0; at < joined.size(); at += piece) {
      const std::size_t count = std::min(piece, joined.size() - at);
      film.read(at, {reinterpret_cast<std::uint8_t*>(joined.data()) + at, count});
    }
    EXPECT_TRUE(joined == whole) << piece;
  }
  EXPECT_EQ(film.sha256(), sha256_hex({reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size()}));
}

}  // namespace
}  // namespace reeld::sim
