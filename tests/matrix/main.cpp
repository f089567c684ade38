// reeld-matrix: every fault at every stage, and a kill at every crash point. docs/testing.md.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <regex>

#include "tests/matrix/play.hpp"
#include "tests/matrix/rows.hpp"
#include "tests/matrix/runner.hpp"

namespace reeld::matrix {
namespace {

struct Flags {
  int jobs = 20;         ///< of a row with one fault
  int mixed_jobs = 200;  ///< of a row with all faults of a stage
  int workers = 12;
  int minutes = 0;
  std::string only = ".*";
  std::string table;
};

std::vector<Row> choose_rows(const Flags& flags) {
  std::vector<Row> rows = mixed_rows(flags.mixed_jobs);
  const auto append = [&rows](std::vector<Row> more) { rows.insert(rows.end(), more.begin(), more.end()); };
  append(fault_rows(flags.jobs));
  append(likeness_rows(flags.jobs));
  append(crash_rows(count_passages(crash_row(flags.jobs)), flags.jobs));
  const std::regex only(flags.only);
  std::erase_if(rows, [&only](const Row& row) { return !std::regex_search(row.name(), only); });
  return rows;
}

bool run(const Flags& flags) {
  const std::vector<Played> played = play_all(choose_rows(flags), flags.workers);
  const std::string text = table(played);
  fmt::print("{}", text);
  if (!flags.table.empty()) std::ofstream(flags.table) << text;
  return is_good(played);
}

}  // namespace
}  // namespace reeld::matrix

int main(int argc, char** argv) {
  reeld::matrix::Flags flags;
  CLI::App app("Plays every fault of the simulator at every stage, and a kill at every crash point.");
  app.add_option("--jobs", flags.jobs, "jobs of each row");
  app.add_option("--mixed-jobs", flags.mixed_jobs, "jobs of each row with all faults of a stage");
  app.add_option("--workers", flags.workers, "rows at a time");
  app.add_option("--minutes", flags.minutes, "begins again until this much time has passed");
  app.add_option("--only", flags.only, "a regular expression for rows: \"FAULT at STAGE\"");
  app.add_option("--table", flags.table, "a file for the table");
  CLI11_PARSE(app, argc, argv);
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(flags.minutes);
  bool good = true;
  do {
    good = reeld::matrix::run(flags);
  } while (good && std::chrono::steady_clock::now() < until);
  return good ? 0 : 1;
}
