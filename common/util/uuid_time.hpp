#pragma once

#include <optional>
#include <string_view>

#include "common/util/time.hpp"

namespace reeld {

/// The instant that a UUID of version 6 or 7 begins with; nothing for any other version.
std::optional<Time> time_of_uuid(std::string_view uuid);

}  // namespace reeld
