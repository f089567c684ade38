#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "common/job/reader.hpp"
#include "common/util/json.hpp"
#include "daemon/app/catalogue.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/app/frames.hpp"
#include "daemon/cli/job_text.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/spool/local_frames.hpp"

namespace reeld::cli {
namespace {

namespace fs = std::filesystem;

struct Findings {
  int jobs = 0;
  std::vector<Problem> problems;
};

/// Checks jobs that stand in `folder`, as the spool does with a file of whoever asks.
class Checker {
 public:
  Checker(const Catalogue& catalogue, const Config& config)
      : catalogue_(catalogue), rules_(app::frame_rules(config)) {}

  Findings check(std::istream& text, JobFormat format, const fs::path& folder) const;

 private:
  const Catalogue& catalogue_;
  spool::FrameRules rules_;
};

/// True when the first thing in the text is the bracket of an array. The text is read from its front again.
bool begins_array(std::istream& text) {
  char first = ' ';
  while (text.get(first) && std::string_view("\xEF\xBB\xBF \t\r\n").find(first) != std::string_view::npos) {
  }
  text.clear();
  text.seekg(0);
  return first == '[';
}

Findings Checker::check(std::istream& text, JobFormat format, const fs::path& folder) const {
  const bool is_jsonl = format == JobFormat::kJsonl;
  const bool is_array = !is_jsonl && begins_array(text);
  // Nothing is copied: the pictures are only looked at.
  spool::LocalFrames frames(folder, ::geteuid(), rules_, {});
  Findings findings;
  JobReader reader(text, format, catalogue_, is_jsonl ? kMaxJobLine : kMaxJobJson);
  while (auto entry = reader.next()) {
    ++findings.jobs;
    auto& problems = entry->job.problems;
    const int line = is_jsonl ? entry->position : 0;
    if (entry->job.spec) {
      const std::string pointer = is_array ? json_pointer("", std::to_string(entry->position - 1)) : "";
      const auto taken = frames.take(*entry->job.spec, line, pointer, problems);
      if (!taken) problems.push_back(Problem{line, pointer, taken.error().detail});
    }
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
  const Checker checker(*catalogue, loaded->config);
  bool all_fine = true;
  for (const std::string& name : arguments.files) {
    Findings findings;
    if (name == "-") {
      std::stringstream text;
      text << std::cin.rdbuf();
      findings = checker.check(text, guess_format(text.str()), fs::current_path());
    } else {
      std::ifstream file(name, std::ios::binary);
      const auto format = job_format(name);
      if (!format) {
        findings.problems.push_back({0, "", "not a job file: its name must end in .json or .jsonl"});
      } else if (!file) {
        fmt::print(stderr, "reeld: {}: cannot be read\n", name);
        return app::kExitNoInput;
      } else {
        findings = checker.check(file, *format, fs::absolute(name).parent_path());
      }
    }
    print(name, findings, globals.json);
    all_fine = all_fine && findings.problems.empty();
  }
  return all_fine ? app::kExitDone : app::kExitSomeFailed;
}

}  // namespace reeld::cli
