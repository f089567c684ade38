#include "daemon/store/sqlite/migrate.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <map>

#include "embedded/migrations.hpp"

namespace reeld::store::sqlite {
namespace {

std::string sha256_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), sum.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", sum[i]);
  return hex;
}

struct Applied {
  std::string name;
  std::string sha256;
};

bool has_table(Connection& db) {
  Query row = db.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'");
  return row.step();
}

std::map<int, Applied> applied(Connection& db) {
  std::map<int, Applied> steps;
  if (!has_table(db)) return steps;
  Query row = db.query("SELECT version, name, sha256 FROM schema_migrations ORDER BY version");
  while (row.step()) steps[row.small(0)] = Applied{row.text(1), row.text(2)};
  return steps;
}

Result<void> compare(const std::map<int, Applied>& done, const std::vector<Migration>& known) {
  for (const auto& [version, step] : done) {
    if (version > static_cast<int>(known.size())) {
      return Error{
          Errc::kBadInput, "store.migrate",
          fmt::format("the database belongs to a newer reeld: it has migration {}, this program knows {}. "
                      "Install that version, or restore a backup made before the upgrade",
                      step.name, known.size())};
    }
    if (known[static_cast<std::size_t>(version) - 1].sha256 != step.sha256) {
      return Error{
          Errc::kBadInput, "store.migrate",
          fmt::format("migration {} was applied with other contents than this program's", step.name)};
    }
  }
  return {};
}

Result<void> apply(Connection& db, const Migration& step) {
  try {
    db.execute(step.sql.c_str(), step.name.c_str());
    return {};
  } catch (const SqliteError& error) {
    if (!error.is_lasting()) throw;
    return Error{
        Errc::kBadInput, "store.migrate",
        fmt::format("a step of the schema cannot be applied, so that nothing was changed: {}. Install "
                    "the version that had this queue before; `reeld doctor` says whether the queue is "
                    "sound",
                    error.what())};
  }
}

}  // namespace

const std::vector<Migration>& embedded_migrations() {
  static const std::vector<Migration> kAll = [] {
    std::vector<Migration> list;
    for (const auto& file : embedded::kMigrations) {
      Migration step{0, std::string(file.name), std::string(file.text), sha256_of(file.text)};
      std::from_chars(file.name.data(), file.name.data() + 4, step.version);
      if (step.version != static_cast<int>(list.size()) + 1) {
        throw std::logic_error("migrations are not numbered one by one: " + step.name);
      }
      list.push_back(std::move(step));
    }
    return list;
  }();
  return kAll;
}

Result<int> migrate(Connection& db, const std::vector<Migration>& migrations, Time now) {
  db.execute("BEGIN IMMEDIATE");
  db.execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
      " sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT");
  const auto done = applied(db);
  if (auto same = compare(done, migrations); !same) {
    db.execute("ROLLBACK");
    return same.error();
  }
  int count = 0;
  for (const Migration& step : migrations) {
    if (done.contains(step.version)) continue;
    if (auto is_done = apply(db, step); !is_done) {
      db.execute("ROLLBACK");
      return is_done.error();
    }
    db.run("INSERT INTO schema_migrations (version, name, sha256, applied_at) VALUES (?1, ?2, ?3, ?4)",
           step.version, step.name, step.sha256, now);
    ++count;
  }
  db.execute("COMMIT");
  return count;
}

Result<void> check(Connection& db, const std::vector<Migration>& migrations) {
  return compare(applied(db), migrations);
}

std::vector<MigrationStatus> status(Connection& db, const std::vector<Migration>& migrations) {
  const auto done = applied(db);
  std::vector<MigrationStatus> all;
  for (const Migration& step : migrations) {
    all.push_back(MigrationStatus{step.version, step.name, done.contains(step.version)});
  }
  for (const auto& [version, step] : done) {
    if (version > static_cast<int>(migrations.size())) {
      all.push_back(MigrationStatus{version, step.name + " (unknown to this program)", true});
    }
  }
  return all;
}

}  // namespace reeld::store::sqlite
