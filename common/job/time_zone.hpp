#pragma once

#include <string>
#include <string_view>

#include "common/util/error.hpp"
#include "common/util/time.hpp"

namespace reeld {

/// True for a name that may be looked up below the zone files: "Europe/Berlin", but never a path out of them.
bool is_zone_name(std::string_view name);

/// How far local time is ahead of UTC at `instant`, from the bytes of a zone file (TZif, version 2 or newer).
/// kBadInput where they are none.
///
/// Written by hand because the C library knows only one zone for a process, and this standard library none.
Result<std::chrono::seconds> zone_offset(std::string_view tzif, Time instant);

/// The same for the rule of a zone file's last line, which holds behind its last transition:
/// "CET-1CEST,M3.5.0,M10.5.0/3". Only rules by month, week and weekday; with any other, standard time.
Result<std::chrono::seconds> rule_offset(std::string_view rule, Time instant);

}  // namespace reeld
