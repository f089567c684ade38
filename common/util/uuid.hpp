#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "common/util/clock.hpp"
#include "common/util/random.hpp"

namespace reeld {

/// Makes UUIDs of version 7: they begin with the time, so that ids sort by age.
///
/// Ids of one generator only grow, also within a millisecond and when the clock steps back. Any thread may
/// call.
class UuidGenerator {
 public:
  UuidGenerator(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  /// "019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b"
  std::string next();

 private:
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::uint64_t last_time_and_sequence_ = 0;
};

/// True for 8-4-4-4-12 hexadecimal digits of any version: the service's ids are not all version 4.
bool is_uuid(std::string_view text);

/// The last 8 digits of an id, by which people name it: the first ones are time and look alike.
std::string short_id(std::string_view id);

}  // namespace reeld
