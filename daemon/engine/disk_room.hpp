#pragma once

#include <cstdint>

namespace reeld::engine {

/// What the room on the disk of the results allows.
enum class DiskRoom {
  kEnough,
  kReserve,  ///< nothing new is sent; what is paid for may take the reserve
  kNone,     ///< nothing is downloaded either
};

/// Submits stop with less than `least` free bytes, downloads with less than half of it. It takes a tenth more
/// to go on than to stop, so that the edge is not crossed all the time.
constexpr DiskRoom disk_room(std::uint64_t free, std::uint64_t least, DiskRoom before) {
  const auto is_low = [free](std::uint64_t edge, bool was_low) {
    return free < edge + (was_low ? edge / 10 : 0);
  };
  if (is_low(least / 2, before == DiskRoom::kNone)) return DiskRoom::kNone;
  return is_low(least, before != DiskRoom::kEnough) ? DiskRoom::kReserve : DiskRoom::kEnough;
}

}  // namespace reeld::engine
