#pragma once

#include "daemon/store/reconcile_store.hpp"
#include "daemon/store/sqlite/person_job.hpp"

/// What becomes of submits whose outcome was not known; reconcile_store.hpp says what each does.
namespace reeld::store::sqlite {

Result<std::vector<OpenAttempt>> open_attempts(Connection& db, Time now);
Result<std::vector<GenerationId>> unrecorded(Connection& db, const std::vector<GenerationId>& seen);
Result<std::optional<ClaimedJob>> adopt(Connection& db, const IntentId& intent,
                                        const GenerationId& generation, const std::string& words, Time now);
Result<void> record_absent(Connection& db, const IntentId& intent, bool resend, const std::string& words,
                           Time now);
Result<void> record_ambiguous(Connection& db, const IntentId& intent,
                              const std::vector<GenerationId>& candidates, const std::string& words,
                              Time now);

/// Puts on record that an attempt of `job` was accepted as `generation`, which it did not hear itself.
/// kConflict: the generation is on record already.
Result<void> give_generation(Connection& db, const JobId& job, const IntentId& intent,
                             const GenerationId& generation, Time now);

/// An attempt that adopted `generation` loses it to the one that hears the id in its own answer; its job is
/// unknown again. False: nobody adopted it.
bool take_back_adopted(Connection& db, const GenerationId& generation, const IntentId& heard_by, Time now);

}  // namespace reeld::store::sqlite
