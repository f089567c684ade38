#include "daemon/cli/reminder.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace reeld::cli
