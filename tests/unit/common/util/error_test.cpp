#include "common/util/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace reeld {
namespace {

TEST(ErrorTest, NamesEachCodeOnce) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Errc::kInternal); ++code) {
    names.insert(to_string(static_cast<Errc>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Errc::kInternal) + 1);
}

TEST(ErrorTest, DescribesOperationDetailAndCode) {
  EXPECT_EQ(describe(Error{Errc::kUnavailable, "store.claim", "database is locked"}),
            "store.claim: database is locked (unavailable)");
}

TEST(ErrorTest, TakesTheCodeFromErrno) {
  EXPECT_EQ(errno_error("files.write", ENOSPC, "x").code, Errc::kNoSpace);
  EXPECT_EQ(errno_error("files.write", EDQUOT, "x").code, Errc::kNoSpace);
  EXPECT_EQ(errno_error("files.write", ENOENT, "x").code, Errc::kNotFound);
  EXPECT_EQ(errno_error("files.write", EEXIST, "x").code, Errc::kConflict);
  EXPECT_EQ(errno_error("files.write", EIO, "x").code, Errc::kIo);
  EXPECT_EQ(errno_error("files.write", ENOENT, "a.mp4").detail, "a.mp4: No such file or directory");
}

TEST(ErrorTest, TakingTheValueOfAnErrorIsABug) {
  const Result<int> failed = Error{Errc::kIo, "files.write", "words"};
  EXPECT_THROW(failed.value(), std::logic_error);
}

}  // namespace
}  // namespace reeld
