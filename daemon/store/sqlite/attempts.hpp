#pragma once

#include "daemon/store/sqlite/rows.hpp"

/// The store's operations on a claimed job; store.hpp says what each does.
namespace reeld::store::sqlite {

Result<Admission> record_intent(Connection& db, const Lease& lease, const Intent& intent, Time now);
Result<bool> record_accepted(Connection& db, const Lease& lease, const Acceptance& acceptance, Time now);
Result<void> close_attempt(Connection& db, const IntentId& intent, bool was_sent, Time now);
Result<bool> forget_generation(Connection& db, const JobId& job, const GenerationId& generation, Time now);
Result<void> move(Connection& db, const Lease& lease, const Move& move, Time now);
Result<void> note(Connection& db, const JobId& job, const std::string& text, const Json& detail, Time now);
Result<void> mark_overdue(Connection& db, const Lease& lease, const std::string& text, Time now);

}  // namespace reeld::store::sqlite
