#pragma once

#include <filesystem>

#include "common/util/time.hpp"
#include "daemon/store/sqlite/connection.hpp"

/// Which folders of results were marked, so that one whose disk is not mounted is not taken for a new one.
namespace reeld::store::sqlite {

bool knows_results(Connection& db, const std::filesystem::path& folder);
/// Best effort on a disk that takes nothing: the next start remembers it.
void remember_results(Connection& db, const std::filesystem::path& folder, Time now);

}  // namespace reeld::store::sqlite
