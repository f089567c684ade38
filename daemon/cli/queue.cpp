#include "daemon/cli/queue.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "daemon/app/exit_codes.hpp"

namespace reeld::cli {

Queue::Queue(const Globals& globals) {
  const auto loaded = load(globals);
  if (!loaded) {
    exit_code_ = app::kExitConfig;
    return;
  }
  const auto database = store::database_file(loaded->config.store.url);
  if (!database) {
    exit_code_ = fail(database.error());
    return;
  }
  auto reader = store::open_reader(*database);
  if (!reader) {
    exit_code_ = fail(reader.error());
    return;
  }
  reader_ = std::move(*reader);
}

int Queue::fail(const Error& error) {
  fmt::print(stderr, "reeld: {}\n", error.detail);
  return app::exit_code(error);
}

}  // namespace reeld::cli
