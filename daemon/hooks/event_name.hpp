#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "daemon/store/records.hpp"

namespace reeld::hooks {

/// What hooks are told of, by the names that `hooks.events` and messages use: "job.succeeded", ...
std::span<const std::string_view> event_names();

/// The name of what a line of the history says; nothing for a line that hooks are not told of.
std::optional<std::string_view> event_name(const store::EventLine& line);

}  // namespace reeld::hooks
