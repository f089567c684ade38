#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "common/util/time.hpp"

namespace reeld::sim {

/// Makes generation ids as the service does: UUIDs of version 6, which carry their time of creation and only
/// grow.
class IdMaker {
 public:
  explicit IdMaker(std::uint64_t seed) : random_(seed) {}

  std::string time_id(Time now);
  std::string random_id();

 private:
  std::mt19937_64 random_;
  std::uint64_t last_ticks_ = 0;
};

/// A version 4 UUID that follows from `id` and `index` alone, so that it is the same after a restart.
std::string derived_id(std::string_view id, std::uint64_t index);

/// The instant inside a version 6 UUID; anything else gives 1582.
Time time_of_id(std::string_view id);

/// True for 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);

/// "2026-08-25T10:14:04.838", UTC without saying so.
std::string format_created_at(Time time);

/// "Tue, 25 Aug 2026 10:14:04 GMT".
std::string format_http_date(Time time);

/// Mixes 64 bits so that neighbouring inputs look unrelated.
std::uint64_t mix(std::uint64_t value);

/// Any text as 64 well spread bits.
std::uint64_t hash_text(std::string_view text);

}  // namespace reeld::sim
