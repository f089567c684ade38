#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/util/json.hpp"
#include "common/util/time.hpp"

/// Looking into what the daemon answers. It may be of another version: a member that is missing or of another
/// kind counts as absent.
namespace reeld::cli {

/// Null where `object` has no such member.
const Json& member(const Json& object, std::string_view name);

/// The elements of an array; none where it is absent.
const Json& array_of(const Json& object, std::string_view name);

/// Fit for the terminal: no control characters. "" where it is absent.
std::string text_of(const Json& object, std::string_view name);

/// 0 where it is absent.
std::int64_t number_of(const Json& object, std::string_view name);

bool flag_of(const Json& object, std::string_view name);

/// A member in RFC 3339.
std::optional<Time> time_of(const Json& object, std::string_view name);

/// A member in milliseconds.
std::optional<Duration> duration_of(const Json& object, std::string_view name);

/// The ids of a submit's answer, where some of its jobs were there already and so belong to another batch;
/// else none: the batch says it all.
std::vector<std::string> ids_with_duplicates(const Json& jobs);

/// "0.0147 DOLLARS" for a cost; "" where it is absent.
std::string money_of(const Json& object, std::string_view name);

}  // namespace reeld::cli
