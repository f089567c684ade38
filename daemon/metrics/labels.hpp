#pragma once

#include <array>
#include <optional>
#include <string>

#include "common/job/state.hpp"
#include "daemon/engine/observer.hpp"
#include "daemon/leonardo/observer.hpp"

/// Values of labels. All come from enums, so that their number is known: never an id, a prompt or a file's
/// name.
namespace reeld::metrics {

inline constexpr std::array kAllEndpoints{leonardo::Endpoint::kSubmit, leonardo::Endpoint::kStatus,
                                          leonardo::Endpoint::kList,   leonardo::Endpoint::kAccount,
                                          leonardo::Endpoint::kRemove, leonardo::Endpoint::kImage,
                                          leonardo::Endpoint::kFilm,   leonardo::Endpoint::kPoster};

inline constexpr std::array kAllErrorClasses{
    leonardo::ErrorClass::kNotSent,     leonardo::ErrorClass::kMaybeSent,
    leonardo::ErrorClass::kRateLimited, leonardo::ErrorClass::kUnauthorized,
    leonardo::ErrorClass::kNoBalance,   leonardo::ErrorClass::kModerated,
    leonardo::ErrorClass::kInvalid,     leonardo::ErrorClass::kUnsupportedModel,
    leonardo::ErrorClass::kNotFound,    leonardo::ErrorClass::kServerError};

inline constexpr std::array kAllRetryReasons{
    engine::RetryReason::kNotSent, engine::RetryReason::kRateLimited, engine::RetryReason::kAccount,
    engine::RetryReason::kRenderFailed, engine::RetryReason::kDownload};

/// "submit", "status", ...
std::string label(leonardo::Endpoint endpoint);

/// "ok" where there is no error; else the class's own word.
std::string label(std::optional<leonardo::ErrorClass> error);

/// "rate_limited", "render_failed", ...
std::string label(engine::RetryReason reason);

/// "new" where there is no state; else the state's name.
std::string label(std::optional<JobState> state);

}  // namespace reeld::metrics
