#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/act_request.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/job_ids.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

/// More changed jobs than this are not listed one by one; refused ones are.
constexpr std::int64_t kMostListed = 20;

/// The whole ids of what stands on the command line and on standard input. Nothing: that was told.
std::optional<std::vector<std::string>> find_ids(Control& control, const std::vector<std::string>& given,
                                                 int& exit_code) {
  const Match match = [&control](const std::string& part) {
    return control.ask(Query("/v1/jobs").add("id", part).str());
  };
  std::vector<std::string> parts;
  for (const std::string& word : given) {
    if (word != "-") {
      parts.push_back(word);
      continue;
    }
    const auto read = read_ids(std::cin);
    if (!read) {
      tell(own_trouble(read.error()));
      exit_code = app::kExitUsage;
      return std::nullopt;
    }
    parts.insert(parts.end(), read->begin(), read->end());
  }
  std::vector<std::string> ids;
  for (const std::string& part : parts) {
    auto id = find_job(part, match);
    if (!id) {
      exit_code = tell(id.error());
      return std::nullopt;
    }
    ids.push_back(std::move(*id));
  }
  return ids;
}

/// Adds what became of some of the jobs to what became of others.
void add(Json& total, const Json& answer) {
  for (const char* count : {"matched", "changed", "refused"}) {
    total[count] = number_of(total, count) + number_of(answer, count);
  }
  for (const Json& outcome : array_of(answer, "outcomes")) total["outcomes"].push_back(outcome);
}

void print(const ActArguments& arguments, const Json& total) {
  const auto changed = number_of(total, "changed");
  const auto refused = number_of(total, "refused");
  for (const Json& outcome : array_of(total, "outcomes")) {
    const std::string refusal = text_of(outcome, "refusal");
    const std::string id = short_id(text_of(outcome, "id"));
    if (!refusal.empty()) {
      fmt::print("{}  refused: {}\n", id, refusal);
    } else if (changed <= kMostListed) {
      const std::string state = text_of(outcome, "state");
      fmt::print("{}  {}\n", id, state.empty() ? done_word(arguments.action) : state);
    }
  }
  const auto released = number_of(total, "released");
  if (released > 0) fmt::print("The batch goes on: {} released.\n", count_of(released, "job"));
  if (changed + refused == 0) return;
  fmt::print("{} {}{}", count_of(changed, "job"), arguments.dry_run ? "would be " : "",
             done_word(arguments.action));
  if (refused > 0) fmt::print(", {} refused", refused);
  fmt::print("{}\n", arguments.dry_run ? "; nothing was changed" : "");
}

int exit_code_of_outcome(const Json& total) {
  if (number_of(total, "refused") > 0) return app::kExitSomeFailed;
  if (number_of(total, "matched") + number_of(total, "changed") + number_of(total, "released") > 0) {
    return app::kExitDone;
  }
  fmt::print(stderr, "reeld: no job matches\n");
  return app::kExitUsage;
}

/// Sends all requests, as far as they succeed; the exit code.
int run(Control& control, const ActArguments& arguments, const std::vector<Json>& requests, bool json) {
  Json total{{"matched", 0}, {"changed", 0}, {"refused", 0}, {"dry_run", arguments.dry_run}};
  total["outcomes"] = Json::array();
  if (releases_batch(arguments)) {
    const auto answer = control.post("/v1/batches/" + percent_encode(arguments.choice.batch) + "/release");
    if (!answer) return control.exit_code();
    total["released"] = number_of(*answer, "released");
  }
  const std::string target = fmt::format("/v1/jobs/{}", to_string(arguments.action));
  bool asked = true;
  for (const Json& request : requests) {
    const auto answer = control.post(target, request);
    asked = answer.has_value();
    if (!asked) break;
    add(total, *answer);
  }
  const bool nothing = !asked && total["outcomes"].empty();
  if (json && !nothing) fmt::print("{}\n", dump_json(total));
  if (!json && !nothing) print(arguments, total);
  return asked ? exit_code_of_outcome(total) : control.exit_code();
}

}  // namespace

int act(const Globals& globals, const ActArguments& arguments) {
  if (const std::string wrong = misuse(arguments); !wrong.empty()) {
    fmt::print(stderr, "reeld: {}\n", wrong);
    return app::kExitUsage;
  }
  Control control(globals);
  if (!control.usable()) return control.exit_code();
  if (arguments.jobs.empty() || arguments.jobs.front() == kAll) {
    return run(control, arguments, {filter_request(arguments)}, globals.json);
  }
  int exit_code = app::kExitDone;
  const auto ids = find_ids(control, arguments.jobs, exit_code);
  if (!ids) return exit_code;
  return run(control, arguments, id_requests(arguments, *ids), globals.json);
}

}  // namespace reeld::cli
