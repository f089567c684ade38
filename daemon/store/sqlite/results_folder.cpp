#include "daemon/store/sqlite/results_folder.hpp"

#include <spdlog/spdlog.h>

namespace reeld::store::sqlite {
namespace {

/// The row of `meta` that says so.
std::string key_of(const std::filesystem::path& folder) {
  const std::filesystem::path plain = folder.lexically_normal();
  return "results_marked:" + (plain.has_filename() ? plain : plain.parent_path()).string();
}

}  // namespace

bool knows_results(Connection& db, const std::filesystem::path& folder) {
  Query row = db.query("SELECT 1 FROM meta WHERE key = ?1", key_of(folder));
  return row.step();
}

void remember_results(Connection& db, const std::filesystem::path& folder, Time now) {
  try {
    db.run("INSERT OR IGNORE INTO meta (key, value) VALUES (?1, ?2)", key_of(folder), format_time(now));
  } catch (const SqliteError& error) {
    if (!error.cannot_write()) throw;
    spdlog::warn("store: that results are in {} is not on record for now: {}", folder.string(), error.what());
  }
}

}  // namespace reeld::store::sqlite
