#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/util/json.hpp"
#include "daemon/cli/verbs.hpp"

/// What cancel, retry, hold and release ask the daemon for.
namespace reeld::cli {

/// The word that means every job.
inline constexpr std::string_view kAll = "ALL";

/// Why the arguments name no jobs, or name them twice; "" where they are right.
std::string misuse(const ActArguments& arguments);

/// Does it lift the hold of a whole batch too? `release --batch B` does.
bool releases_batch(const ActArguments& arguments);

/// The body for a choice of jobs, or for all. Where it names no states, the daemon takes those that the
/// action is for.
Json filter_request(const ActArguments& arguments);

/// The bodies for jobs by id, as few as tell what became of each job.
std::vector<Json> id_requests(const ActArguments& arguments, const std::vector<std::string>& ids);

/// "cancelled", "retried", "held", "released".
std::string done_word(store::Action action);

}  // namespace reeld::cli
