#pragma once

#include <string>

#include "daemon/engine/situation.hpp"
#include "daemon/store/reader.hpp"

namespace reeld::api {

/// Why a job does not go on just now, in words; "" for one that does, or has ended.
///
/// `hold_reason` is why it or its batch is held, as far as that is known.
std::string why_waiting(const store::JobLine& job, const std::string& hold_reason,
                        const engine::Situation& situation, Time now);

}  // namespace reeld::api
