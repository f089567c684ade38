#include "common/util/uuid_time.hpp"

#include <charconv>
#include <cstdint>
#include <string>

#include "common/util/uuid.hpp"

namespace reeld {
namespace {

/// Version 6 counts from the beginning of the Gregorian calendar, in tenths of microseconds.
constexpr std::int64_t kGregorianMs = 12'219'292'800'000;
constexpr std::int64_t kTicksPerMs = 10'000;

}  // namespace

std::optional<Time> time_of_uuid(std::string_view uuid) {
  if (!is_uuid(uuid)) return std::nullopt;
  const char version = uuid[14];
  if (version != '6' && version != '7') return std::nullopt;
  std::string digits(uuid.substr(0, 8));
  digits += uuid.substr(9, 4);
  if (version == '6') digits += uuid.substr(15, 3);
  std::int64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count, 16);
  if (version == '7') return Time(Duration(count));
  return Time(Duration(count / kTicksPerMs - kGregorianMs));
}

}  // namespace reeld
