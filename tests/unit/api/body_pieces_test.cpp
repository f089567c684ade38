#include "daemon/api/body_pieces.hpp"

#include <gtest/gtest.h>

#include "daemon/api/checked_piece.hpp"

namespace reeld::api {
namespace {

const std::string kJob = R"({"model":"ltxv-2.0-pro","parameters":{"prompt":"rain","duration":8}})";

/// Feeds a text in parts of `size` bytes; all pieces it was cut into.
std::vector<BodyPiece> cut(const std::string& text, std::size_t size, JobFormat format = JobFormat::kJsonl) {
  BodyPieces pieces(format);
  std::vector<BodyPiece> cuts;
  for (std::size_t at = 0; at < text.size(); at += size) {
    pieces.add(std::string_view(text).substr(at, size));
    while (auto piece = pieces.next()) cuts.push_back(std::move(*piece));
  }
  cuts.push_back(pieces.rest());
  return cuts;
}

TEST(BodyPiecesTest, APieceHoldsWholeLinesAndKnowsWhereItBegins) {
  std::string text;
  for (int i = 0; i < 2500; ++i) text += std::to_string(i) + "\n";
  text += "tail";
  const auto cuts = cut(text, 7);
  ASSERT_EQ(cuts.size(), 3U);
  EXPECT_EQ(cuts[0].lines_before, 0);
  EXPECT_TRUE(cuts[1].text.starts_with("1000\n"));
  EXPECT_EQ(cuts[1].lines_before, 1000);
  EXPECT_TRUE(cuts[2].text.starts_with("2000\n"));
  EXPECT_TRUE(cuts[2].text.ends_with("2499\ntail"));
  EXPECT_EQ(cuts[2].lines_before, 2000);
  EXPECT_EQ(cuts[0].text + cuts[1].text + cuts[2].text, text);
}

TEST(BodyPiecesTest, LongLinesMakeAPieceByTheirBytes) {
  std::string text;
  for (int i = 0; i < 9; ++i) text += std::string(1'000'000, 'x') + "\n";
  const auto cuts = cut(text, 64U << 10U);
  ASSERT_EQ(cuts.size(), 2U);
  EXPECT_EQ(cuts[0].text.size(), 5'000'005U);
  EXPECT_EQ(cuts[1].lines_before, 5);
}

TEST(BodyPiecesTest, OfALineWithoutAnEndNoMoreIsKeptThanShowsIt) {
  const auto cuts = cut(std::string(5U << 20U, 'x') + "\n" + kJob + "\n", 64U << 10U);
  ASSERT_EQ(cuts.size(), 1U);
  EXPECT_LT(cuts[0].text.size(), kMaxJobLine + 200);
  const CheckedPiece checked = check_piece(cuts[0], JobFormat::kJsonl, Catalogue::embedded());
  ASSERT_EQ(checked.problems.size(), 1U);
  EXPECT_EQ(checked.problems[0].line, 1);
  EXPECT_EQ(checked.problems[0].message, "is longer than 1 MiB");
  ASSERT_EQ(checked.jobs.size(), 1U);
  EXPECT_EQ(checked.jobs[0].position, 2);
}

TEST(BodyPiecesTest, ADocumentStaysWholeUpToItsLimit) {
  const auto cuts = cut("[\n1,\n2\n]", 3, JobFormat::kJson);
  ASSERT_EQ(cuts.size(), 1U);
  EXPECT_EQ(cuts[0].text, "[\n1,\n2\n]");
  BodyPieces pieces(JobFormat::kJson);
  pieces.add(std::string(kMaxJobJson, ' '));
  EXPECT_FALSE(pieces.is_too_long());
  pieces.add(" ");
  EXPECT_TRUE(pieces.is_too_long());
}

TEST(CheckedPieceTest, PositionsAndProblemsCountTheLinesBefore) {
  const BodyPiece piece{"\n" + kJob + "\n{\"model\": 5}\n", 1000};
  const CheckedPiece checked = check_piece(piece, JobFormat::kJsonl, Catalogue::embedded());
  ASSERT_EQ(checked.jobs.size(), 1U);
  EXPECT_EQ(checked.jobs[0].position, 1002);
  ASSERT_FALSE(checked.problems.empty());
  EXPECT_EQ(checked.problems[0].line, 1003);
}

TEST(CheckedPieceTest, ABlankPieceAmongOthersIsFine) {
  const CheckedPiece checked = check_piece({"\n \r\n\n", 1000}, JobFormat::kJsonl, Catalogue::embedded());
  EXPECT_TRUE(checked.jobs.empty());
  EXPECT_TRUE(checked.problems.empty());
}

TEST(CheckedPieceTest, ALocalImageIsRefusedWhereItStands) {
  const std::string job =
      R"({"model":"ltxv-2.0-pro","parameters":{"prompt":"a","duration":8,"start_frame":{"file":"a.png"}}})";
  const CheckedPiece checked =
      check_piece({"[" + kJob + "," + job + "]", 0}, JobFormat::kJson, Catalogue::embedded());
  EXPECT_EQ(checked.jobs.size(), 1U);
  ASSERT_EQ(checked.problems.size(), 1U);
  EXPECT_EQ(checked.problems[0].pointer, "/1/parameters/start_frame/file");
}

TEST(CheckedPieceTest, TellsAnArrayFromOneJob) {
  EXPECT_TRUE(is_list({"\xEF\xBB\xBF [" + kJob + "]", 0}, JobFormat::kJson));
  EXPECT_FALSE(is_list({kJob, 0}, JobFormat::kJson));
  EXPECT_FALSE(is_list({"", 0}, JobFormat::kJson));
  EXPECT_TRUE(is_list({kJob, 0}, JobFormat::kJsonl));
}

}  // namespace
}  // namespace reeld::api
