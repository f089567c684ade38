#include "daemon/cli/upload.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/job_text.hpp"
#include "tests/support/files.hpp"

namespace reeld::cli {
namespace {

/// All that a request sends.
std::string body_of(http::local::Request& request) {
  if (!request.next_piece) return request.body;
  std::string body;
  for (auto piece = request.next_piece(); piece && !piece->empty(); piece = request.next_piece())
    body += *piece;
  return body;
}

TEST(UploadTest, StreamsALongFileInPiecesAndMayDoItAgain) {
  const test::TempDir dir;
  const auto path = dir.path() / "shots.jsonl";
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "{\"line\":" + std::to_string(i) + "}\n";
  std::ofstream(path) << text;
  auto upload = Upload::open(path.string());
  ASSERT_TRUE(upload);
  EXPECT_EQ(upload->batch_name(), "shots");
  auto request = upload->request("/v1/jobs");
  EXPECT_EQ(request.headers.at(0).value, "application/x-ndjson");
  EXPECT_EQ(body_of(request), text);
  ASSERT_TRUE(upload->rewind());
  auto again = upload->request("/v1/jobs");
  EXPECT_EQ(body_of(again), text);
}

TEST(UploadTest, SendsADocumentWhole) {
  const test::TempDir dir;
  const auto path = dir.path() / "rain.json";
  std::ofstream(path) << "[{}]";
  auto upload = Upload::open(path.string());
  ASSERT_TRUE(upload);
  auto request = upload->request("/v1/jobs");
  EXPECT_EQ(request.headers.at(0).value, "application/json");
  EXPECT_EQ(body_of(request), "[{}]");
  EXPECT_TRUE(upload->rewind());
}

TEST(UploadTest, RefusesWhatIsNoJobFile) {
  const test::TempDir dir;
  std::ofstream(dir.path() / "rain.txt") << "{}";
  std::filesystem::create_directory(dir.path() / "folder.json");
  EXPECT_EQ(Upload::look_at((dir.path() / "rain.txt").string())->exit_code, app::kExitUsage);
  EXPECT_EQ(Upload::look_at((dir.path() / "none.json").string())->exit_code, app::kExitNoInput);
  EXPECT_EQ(Upload::look_at((dir.path() / "folder.json").string())->exit_code, app::kExitNoInput);
  EXPECT_FALSE(Upload::look_at("-"));
}

TEST(UploadTest, RefusesADocumentOverTheLimit) {
  const test::TempDir dir;
  const auto path = dir.path() / "huge.json";
  std::ofstream(path) << std::string(kMaxJobJson + 1, ' ');
  const auto upload = Upload::open(path.string());
  ASSERT_FALSE(upload);
  EXPECT_NE(upload.error().words.find("16 MiB"), std::string::npos);
}

TEST(GuessFormatTest, TwoValuesOnTwoLinesAreJsonl) {
  EXPECT_EQ(guess_format("{}\n{}\n"), JobFormat::kJsonl);
  EXPECT_EQ(guess_format("{}\n"), JobFormat::kJson);
  EXPECT_EQ(guess_format("{\n\"a\": 1}\n"), JobFormat::kJson);
  EXPECT_EQ(guess_format("[{},\n{}]"), JobFormat::kJson);
}

}  // namespace
}  // namespace reeld::cli
