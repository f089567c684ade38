#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "common/job/reader.hpp"
#include "common/util/json.hpp"
#include "daemon/app/catalogue.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/job_text.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {
namespace {

struct Findings {
  int jobs = 0;
  std::vector<Problem> problems;
};

Findings read_all(std::istream& text, JobFormat format, const Catalogue& catalogue) {
  Findings findings;
  JobReader reader(text, format, catalogue, format == JobFormat::kJson ? kMaxJobJson : kMaxJobLine);
  while (auto entry = reader.next()) {
    ++findings.jobs;
    for (Problem& problem : entry->job.problems) findings.problems.push_back(std::move(problem));
  }
  return findings;
}

void print(const std::string& name, const Findings& findings, bool json) {
  if (json) {
    Json problems = Json::array();
    for (const Problem& problem : findings.problems) {
      problems.push_back(
          {{"line", problem.line}, {"pointer", problem.pointer}, {"message", problem.message}});
    }
    fmt::print("{}\n", dump_json({{"file", name}, {"jobs", findings.jobs}, {"problems", problems}}));
    return;
  }
  for (const Problem& problem : findings.problems) fmt::print("{}: {}\n", name, describe(problem));
  if (findings.problems.empty()) {
    fmt::print("{}: fine, {} job{}\n", name, findings.jobs, findings.jobs == 1 ? "" : "s");
  }
}

}  // namespace

int check(const Globals& globals, const CheckArguments& arguments) {
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  const auto catalogue = app::load_catalogue(loaded->config.leonardo.models_file);
  if (!catalogue) {
    fmt::print(stderr, "reeld: {}\n", catalogue.error().detail);
    return app::kExitConfig;
  }
  bool all_fine = true;
  for (const std::string& name : arguments.files) {
    Findings findings;
    if (name == "-") {
      std::stringstream text;
      text << std::cin.rdbuf();
      findings = read_all(text, guess_format(text.str()), *catalogue);
    } else {
      std::ifstream file(name, std::ios::binary);
      const auto format = job_format(name);
      if (!format) {
        findings.problems.push_back({0, "", "not a job file: its name must end in .json or .jsonl"});
      } else if (!file) {
        fmt::print(stderr, "reeld: {}: cannot be read\n", name);
        return app::kExitNoInput;
      } else {
        findings = read_all(file, *format, *catalogue);
      }
    }
    print(name, findings, globals.json);
    all_fine = all_fine && findings.problems.empty();
  }
  return all_fine ? app::kExitDone : app::kExitSomeFailed;
}

}  // namespace reeld::cli
