#pragma once

#include "daemon/store/reader.hpp"
#include "daemon/store/sqlite/connection.hpp"

/// Counts; see Reader::stats.
namespace reeld::store::sqlite {

Stats read_stats(Connection& db);

}  // namespace reeld::store::sqlite
