#include <fmt/format.h>

#include <cstdio>

#include "common/util/json.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/store/open.hpp"

namespace reeld::cli {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "reeld: {}\n", error.detail);
  return app::exit_code(error);
}

}  // namespace

int migrate_status(const Globals& globals) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  const auto database = store::database_file(loaded->config.store.url);
  if (!database) return fail(database.error());
  const auto steps = store::migration_status(*database);
  if (!steps) return fail(steps.error());
  for (const store::MigrationStatus& step : *steps) {
    if (globals.json) {
      fmt::print("{}\n",
                 dump_json({{"version", step.version}, {"name", step.name}, {"applied", step.applied}}));
    } else {
      fmt::print("{:<8} {}\n", step.applied ? "applied" : "missing", step.name);
    }
  }
  return app::kExitDone;
}

int migrate_up(const Globals& globals) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  const auto database = store::database_file(loaded->config.store.url);
  if (!database) return fail(database.error());
  if (auto made = files::make_directories(database->parent_path(), 0750); !made) return fail(made.error());
  auto lock = store::QueueLock::take(*database);
  if (!lock) return fail(lock.error());
  const SystemClock clock;
  const auto upgraded = store::migrate_up({*database, loaded->config.store.allow_network_filesystem}, clock);
  if (!upgraded) return fail(upgraded.error());
  const std::string copy = upgraded->copy.string();
  if (globals.json) {
    fmt::print("{}\n",
               dump_json({{"applied", upgraded->steps}, {"copy", copy.empty() ? Json() : Json(copy)}}));
  } else if (upgraded->steps == 0) {
    fmt::print("Nothing to do: the schema is current.\n");
  } else {
    fmt::print("Applied {} of the schema.\n", count_of(upgraded->steps, "step"));
    if (!copy.empty()) fmt::print("{} is the queue from before.\n", copy);
  }
  return app::kExitDone;
}

}  // namespace reeld::cli
