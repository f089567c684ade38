#pragma once

#include "daemon/store/sqlite/rows.hpp"

/// What people ask of jobs and of the queue; control_store.hpp says what each does.
namespace reeld::store::sqlite {

/// " by ann", or "" where it is not known who asked.
std::string by_whom(const std::string& by);

Result<ActionResult> act(Connection& db, Action action, const std::vector<JobId>& jobs, const std::string& by,
                         Time now);
Result<ActionResult> resolve(Connection& db, const JobId& job, const Resolution& resolution,
                             const std::string& by, Time now);
Result<void> edit(Connection& db, const JobId& job, const JobEdit& edit, const std::string& by, Time now);
Result<void> pause(Connection& db, const Pause& pause);
Result<void> resume(Connection& db, const std::string& by, Time now);
void announce(Connection& db, EventKind kind, const std::string& text, const Json& detail, Time now);

}  // namespace reeld::store::sqlite
