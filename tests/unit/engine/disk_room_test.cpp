#include "daemon/engine/disk_room.hpp"

#include <gtest/gtest.h>

namespace reeld::engine {
namespace {

TEST(DiskRoomTest, StopsSubmitsBeforeDownloads) {
  EXPECT_EQ(disk_room(1000, 1000, DiskRoom::kEnough), DiskRoom::kEnough);
  EXPECT_EQ(disk_room(999, 1000, DiskRoom::kEnough), DiskRoom::kReserve);
  EXPECT_EQ(disk_room(500, 1000, DiskRoom::kReserve), DiskRoom::kReserve);
  EXPECT_EQ(disk_room(499, 1000, DiskRoom::kReserve), DiskRoom::kNone);
  EXPECT_EQ(disk_room(0, 1000, DiskRoom::kEnough), DiskRoom::kNone);
}

TEST(DiskRoomTest, GoesOnOnlyWithATenthMore) {
  EXPECT_EQ(disk_room(549, 1000, DiskRoom::kNone), DiskRoom::kNone);
  EXPECT_EQ(disk_room(550, 1000, DiskRoom::kNone), DiskRoom::kReserve);
  EXPECT_EQ(disk_room(1099, 1000, DiskRoom::kReserve), DiskRoom::kReserve);
  EXPECT_EQ(disk_room(1100, 1000, DiskRoom::kReserve), DiskRoom::kEnough);
  EXPECT_EQ(disk_room(1100, 1000, DiskRoom::kNone), DiskRoom::kEnough);
}

TEST(DiskRoomTest, IsAlwaysEnoughWithoutALimit) {
  EXPECT_EQ(disk_room(0, 0, DiskRoom::kEnough), DiskRoom::kEnough);
}

}  // namespace
}  // namespace reeld::engine
