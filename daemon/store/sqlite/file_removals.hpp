#pragma once

#include "daemon/store/sqlite/connection.hpp"
#include "daemon/store/upkeep_store.hpp"

/// Result files that are to be removed; upkeep_store.hpp says what each does.
namespace reeld::store::sqlite {

/// Releases the files of these jobs, given as an array of ids.
void release_files_of(Connection& db, const Json& jobs);

/// Releases only the pieces of films that these jobs never published.
void release_parts_of(Connection& db, const Json& jobs);

Result<int> release_files(Connection& db, Time ended_before, int limit, Time now);
Result<std::vector<ReleasedFiles>> released_files(Connection& db, const JobId& after, int limit);
Result<void> finish_removal(Connection& db, const JobId& job, const std::string& words, Time now);
Result<bool> has_films_below(Connection& db, const std::string& folder);

}  // namespace reeld::store::sqlite
