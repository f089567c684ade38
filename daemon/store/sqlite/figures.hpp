#pragma once

#include "daemon/store/reader.hpp"
#include "daemon/store/sqlite/connection.hpp"

/// Counts and sums; see Reader.
namespace reeld::store::sqlite {

Stats read_stats(Connection& db);
std::vector<CostLine> read_costs(Connection& db, CostGroup group, Time since, Time until);

}  // namespace reeld::store::sqlite
