#pragma once

#include "daemon/store/reader.hpp"
#include "daemon/store/sqlite/connection.hpp"

/// What was spent, from the ledger; see Reader::costs and Stats.
namespace reeld::store::sqlite {

std::vector<CostLine> read_costs(Connection& db, CostGroup group, Time since, Time until);

/// What the newest two days with a submit came to.
std::vector<SpendLine> read_spend(Connection& db);

}  // namespace reeld::store::sqlite
