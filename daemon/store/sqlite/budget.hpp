#pragma once

#include "daemon/store/sqlite/rows.hpp"

/// What the caps let through.
namespace reeld::store::sqlite::budget {

/// Looks at the caps for a submit about to be sent and reserves its price: called in the transaction of its
/// intent, so that the caps hold however many are on their way. Where a cap is met, the job goes back to the
/// queue and its batch is held; where it waits for another submit's outcome, it leaves the queue. `lease`
/// must hold the job.
Result<Admission> admit(Connection& db, const Lease& lease, const Intent& intent, Time now);

}  // namespace reeld::store::sqlite::budget
