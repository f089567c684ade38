#pragma once

#include "daemon/store/sqlite/rows.hpp"

/// The store's claim operations; store.hpp says what each does.
namespace reeld::store::sqlite {

Result<Claimed> claim(Connection& db, int limit, bool trust_clock, Time now);
Result<Recovery> recover(Connection& db, Time now);
Result<std::vector<Time>> recent_intents(Connection& db, Time now);

}  // namespace reeld::store::sqlite
