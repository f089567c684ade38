#include "daemon/cli/reminder.hpp"

#include <gtest/gtest.h>

#include "daemon/cli/render_watch.hpp"

namespace reeld::cli {
namespace {

using namespace std::chrono_literals;

TEST(ReminderTest, SaysNothingOfWhatPassesSoon) {
  Reminder reminder;
  EXPECT_FALSE(reminder.is_due(true, 0s));
  EXPECT_FALSE(reminder.is_due(true, 19s));
  EXPECT_FALSE(reminder.is_due(false, 20s));
  EXPECT_FALSE(reminder.is_due(true, 21s)) << "that is another stop";
}

TEST(ReminderTest, SaysWhatStaysAgainAndAgain) {
  Reminder reminder;
  EXPECT_FALSE(reminder.is_due(true, 0s));
  EXPECT_TRUE(reminder.is_due(true, 20s));
  EXPECT_FALSE(reminder.is_due(true, 21s));
  EXPECT_TRUE(reminder.is_due(true, 20s + 10min));
}

TEST(ReminderTest, NamesWhatIsAwaitedWhereNothingIsWrong) {
  EXPECT_EQ(awaited_words(Json{{"succeeded", 3}, {"queued", 2}}), "");
  EXPECT_EQ(awaited_words(Json{{"unknown", 1}, {"scheduled", 2}}),
            "1 submit of unknown outcome, looked for until found or parked; 2 jobs with a time to wait for");
  EXPECT_EQ(awaited_words(Json{{"scheduled", 1}}), "1 job with a time to wait for");
}

}  // namespace
}  // namespace reeld::cli
