#include "common/util/journal_sink.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reeld {
namespace {

TEST(JournalSinkTest, FieldsBearAPrefixOfTheirOwn) {
  EXPECT_EQ(journal_field("job"), "REELD_JOB");
  EXPECT_EQ(journal_field("in_flight"), "REELD_IN_FLIGHT");
  EXPECT_EQ(journal_field("a-b.c"), "REELD_A_B_C");
}

TEST(JournalSinkTest, StandardErrorIsTheJournalOnlyWhenTheVariableNamesIt) {
  struct stat standard_error{};
  ASSERT_EQ(::fstat(STDERR_FILENO, &standard_error), 0);
  const std::string own = fmt::format("{}:{}", standard_error.st_dev, standard_error.st_ino);
  EXPECT_TRUE(stderr_is_journal({{"JOURNAL_STREAM", own}}));
  EXPECT_FALSE(stderr_is_journal({{"JOURNAL_STREAM", own + "1"}}));
  EXPECT_FALSE(stderr_is_journal({}));
}

}  // namespace
}  // namespace reeld
