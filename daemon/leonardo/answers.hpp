#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "daemon/leonardo/types.hpp"

/// Reads the service's answers, leniently: unknown members and enum values are fine, numbers may be text,
/// anything may be null. docs/leonardo-api.md, "Answers".
namespace reeld::leonardo {

/// The id and cost of an accepted submit, from any of the documented envelopes. Nothing without a usable id.
std::optional<Accepted> read_accepted(std::string_view body);

/// The generation of a status answer. kNotFound: the service calls it null; kServerError: the answer is not
/// understood.
ApiResult<Generation> read_generation(std::string_view body);

/// A page of the account's list. kServerError: the answer, or one entry of it, is not understood.
ApiResult<std::vector<Generation>> read_generations(std::string_view body);

ApiResult<Account> read_account(std::string_view body);

}  // namespace reeld::leonardo
