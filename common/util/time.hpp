#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "common/util/error.hpp"

namespace reeld {

using Duration = std::chrono::milliseconds;

/// An instant of the wall clock in UTC. Stored as milliseconds since 1970.
using Time = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// "2026-12-01T02:00:00.000Z".
std::string format_time(Time time);

/// Reads RFC 3339: "2026-12-01T02:00:00Z", with fractions and numeric offsets. Nothing on any other text.
std::optional<Time> parse_time(std::string_view text);

/// Reads an HTTP date: "Tue, 01 Dec 2026 02:00:00 GMT". Nothing on any other text.
std::optional<Time> parse_http_date(std::string_view text);

/// Reads a whole number with a unit: "500ms", "5s", "3m", "6h", "7d". Nothing on any other text, or past 100
/// years.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest form that parse_duration reads back: "500ms", "90s", "2m".
std::string format_duration(Duration duration);

/// For people: "4.2 s", "3 min 10 s", "2 h 5 min".
std::string humanize(Duration duration);

}  // namespace reeld
