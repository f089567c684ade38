#pragma once

#include "daemon/store/sqlite/connection.hpp"
#include "daemon/store/upkeep_store.hpp"

/// Forgetting finished jobs; upkeep_store.hpp says what each does.
namespace reeld::store::sqlite {

Result<PruneStep> prune(Connection& db, const PruneChoice& choice, const std::string& after, int limit,
                        Time now);
Result<int> forget_remains(Connection& db, Time before, int limit);

}  // namespace reeld::store::sqlite
