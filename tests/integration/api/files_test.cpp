#include <filesystem>

#include "tests/integration/api/api_fixture.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;

class ApiFilesTest : public ApiTest {
 protected:
  /// More than one piece of what is read at a time.
  ApiFilesTest() {
    for (int i = 0; film_.size() < 600'000; ++i) film_ += std::to_string(i) + ' ';
    submit(1);
    id_ = publish(film_);
  }

  std::unique_ptr<FakeExchange> fetch(const std::string& file, std::vector<http::server::Header> headers = {},
                                      Method method = Method::kGet) {
    return ask(
        {.method = method, .target = "/v1/jobs/" + id_ + "/files/" + file, .headers = std::move(headers)});
  }
  std::string etag() const { return '"' + sha256_of(film_) + '"'; }

  std::string film_;
  std::string id_;
};

TEST_F(ApiFilesTest, AFilmIsSentInPieces) {
  const auto answered = fetch("1");
  EXPECT_EQ(answered->answer.status, 200);
  EXPECT_EQ(answered->answer.body, film_);
  EXPECT_EQ(answered->length, film_.size());
  EXPECT_LE(answered->longest_piece, 256U << 10U);
  EXPECT_EQ(answered->header("Content-Type"), "video/mp4");
  EXPECT_EQ(answered->header("ETag"), etag());
  EXPECT_EQ(answered->header("Accept-Ranges"), "bytes");
  EXPECT_EQ(answered->header("Cache-Control"), "private, no-cache");
  EXPECT_EQ(answered->header("Content-Disposition"), "");
  EXPECT_TRUE(answered->is_finished);
}

TEST_F(ApiFilesTest, HeadTellsTheLength) {
  const auto answered = fetch("1", {}, Method::kHead);
  EXPECT_EQ(answered->answer.status, 200);
  EXPECT_EQ(answered->length, film_.size());
  EXPECT_TRUE(answered->answer.body.empty());
  EXPECT_TRUE(answered->is_finished);
}

TEST_F(ApiFilesTest, ARangeIsAPartOfIt) {
  const auto answered = fetch("1", {{"Range", "bytes=100-299999"}});
  EXPECT_EQ(answered->answer.status, 206);
  EXPECT_EQ(answered->answer.body, film_.substr(100, 299'900));
  EXPECT_EQ(answered->length, 299'900U);
  EXPECT_EQ(answered->header("Content-Range"), "bytes 100-299999/" + std::to_string(film_.size()));
  EXPECT_EQ(fetch("1", {{"Range", "bytes=-5"}})->answer.body, film_.substr(film_.size() - 5));
}

TEST_F(ApiFilesTest, ARangeBehindTheEndIsRefused) {
  const auto answered = fetch("1", {{"Range", "bytes=9999999-"}});
  EXPECT_EQ(answered->answer.status, 416);
  EXPECT_EQ(answered->header("Content-Range"), "bytes */" + std::to_string(film_.size()));
}

TEST_F(ApiFilesTest, ARangeOfAnotherVersionMeansTheWhole) {
  EXPECT_EQ(fetch("1", {{"Range", "bytes=0-9"}, {"If-Range", etag()}})->answer.status, 206);
  EXPECT_EQ(fetch("1", {{"Range", "bytes=0-9"}, {"If-Range", "\"older\""}})->answer.body, film_);
}

TEST_F(ApiFilesTest, WhatTheClientHasIsNotSentAgain) {
  const auto answered = fetch("1", {{"If-None-Match", "\"x\", " + etag()}});
  EXPECT_EQ(answered->answer.status, 304);
  EXPECT_TRUE(answered->answer.body.empty());
  EXPECT_EQ(answered->header("ETag"), etag());
}

TEST_F(ApiFilesTest, PosterAndResultFileAreThereToo) {
  const auto poster = fetch("1.jpg");
  EXPECT_EQ(poster->answer.body, "poster");
  EXPECT_EQ(poster->header("Content-Type"), "image/jpeg");
  EXPECT_FALSE(poster->header("ETag").empty());
  EXPECT_EQ(fetch("result.json")->answer.body, "{}");
}

TEST_F(ApiFilesTest, ADownloadIsNamedLikeTheFile) {
  const auto answered = fetch("1?download=1");
  const std::string disposition = answered->header("Content-Disposition");
  EXPECT_TRUE(disposition.starts_with("attachment; filename=\"shots-00001.mp4\"")) << disposition;
}

TEST_F(ApiFilesTest, NothingElseIsServed) {
  for (const char* file : {"2", "0", "01", "1.mp4", "1.json", "2.jpg", "result", "x", "-1", "1.jpg.part"}) {
    EXPECT_EQ(fetch(file)->answer.status, 404) << file;
  }
  auto climbing = exchange({.target = "/v1/jobs/" + id_ + "/files/x"});
  climbing->request.segments.back() = "../../queue.db";
  handle(*climbing);
  EXPECT_EQ(climbing->answer.status, 404);
}

TEST_F(ApiFilesTest, AFilmThatIsGoneOrALinkIsNotFound) {
  const fs::path path = files_below(options_.results).at(2);
  ASSERT_EQ(path.extension(), ".mp4");
  const fs::path elsewhere = dir_.path() / "elsewhere.mp4";
  fs::rename(path, elsewhere);
  EXPECT_EQ(fetch("1")->answer.status, 404);
  fs::create_symlink(elsewhere, path);
  EXPECT_EQ(fetch("1")->answer.status, 404);
}

TEST_F(ApiFilesTest, AFilmThatSomebodyChangedHasAnotherTag) {
  const fs::path path = files_below(options_.results).at(2);
  drop_file(path, "shorter");
  const auto answered = fetch("1");
  EXPECT_EQ(answered->answer.body, "shorter");
  EXPECT_NE(answered->header("ETag"), etag());
}

TEST_F(ApiFilesTest, AFilmThatIsNotPublishedYetIsNotFound) {
  const std::string id = submit(1, "later")[0];
  get("/v1/jobs/" + id + "/files/1", 404);
  get("/v1/jobs/" + id + "/files/result.json", 404);
}

}  // namespace
}  // namespace reeld::test
