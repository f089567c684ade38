#pragma once

#include <vector>

#include "daemon/store/open.hpp"
#include "daemon/store/sqlite/connection.hpp"

namespace reeld::store::sqlite {

/// A step of the schema, embedded from migrations/sqlite.
struct Migration {
  int version = 0;
  std::string name;  ///< "0001_create_queue.sql"
  std::string sql;
  std::string sha256;  ///< of the SQL: an applied step must never be edited
};

/// The program's own, by version.
const std::vector<Migration>& embedded_migrations();

/// Applies in one transaction what `database` lacks of `migrations`; how many that were. kBadInput: the
/// database has a step that the program does not know, or knows with other contents, or its contents keep a
/// step from being applied; nothing is changed then. Throws SqliteError where the disk fails.
Result<int> migrate(Connection& database, const std::vector<Migration>& migrations, Time now);

/// What migrate() would refuse: kBadInput, as there.
Result<void> check(Connection& database, const std::vector<Migration>& migrations);

/// Which of `migrations` the database has.
std::vector<MigrationStatus> status(Connection& database, const std::vector<Migration>& migrations);

}  // namespace reeld::store::sqlite
