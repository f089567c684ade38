#pragma once

#include <string>

#include "common/job/spec.hpp"

namespace reeld {

/// What the account's list can tell jobs apart by: model, size, the submitter's own seed, prompt. Two jobs
/// with the same fingerprint are twins.
///
/// A seed that reeld draws is not part of it: whether the list shows seeds is not promised.
std::string fingerprint(const JobSpec& spec);

}  // namespace reeld
