#include "tests/simulator/multipart.hpp"

#include <gtest/gtest.h>

#include <string>

namespace reeld::sim {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=\"b-1\"";

TEST(Multipart, KeepsPartsInOrderAndBytesAsTheyAre) {
  const std::string file("\xff\xd8\r\n--b\0\r\n", 11);
  const std::string body =
      "--b-1\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na b\r\n"
      "--b-1\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x.jpg\"\r\nContent-Type: "
      "image/jpeg\r\n\r\n" +
      file + "\r\n--b-1--\r\n";
  const auto parts = parse_form(kType, body);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].name, "key");
  EXPECT_EQ((*parts)[0].content, "a b");
  EXPECT_FALSE((*parts)[0].has_filename);
  EXPECT_EQ((*parts)[1].name, "file");
  EXPECT_EQ((*parts)[1].content, file);
  EXPECT_TRUE((*parts)[1].has_filename);
}

TEST(Multipart, RefusesWhatIsTornOrNoForm) {
  const std::string whole = "--b-1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b-1--\r\n";
  EXPECT_TRUE(parse_form(kType, whole));
  EXPECT_FALSE(parse_form("application/json", whole));
  EXPECT_FALSE(parse_form("multipart/form-data", whole));
  EXPECT_FALSE(parse_form(kType, ""));
  // Without its last line break a form is still whole; with any less it is torn.
  for (std::size_t size = 1; size < whole.size() - 2; ++size) {
    EXPECT_FALSE(parse_form(kType, whole.substr(0, size))) << size;
  }
}

TEST(Multipart, RefusesPartsWithoutAName) {
  EXPECT_FALSE(parse_form(kType, "--b-1\r\nContent-Type: text/plain\r\n\r\n1\r\n--b-1--\r\n"));
}

}  // namespace
}  // namespace reeld::sim
