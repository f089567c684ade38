#include "daemon/cli/act_request.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reeld::cli {
namespace {

/// The daemon tells of so many jobs of a request one by one.
constexpr std::size_t kMostOutcomes = 1000;

Json with_options(Json request, const ActArguments& arguments) {
  request["dry_run"] = arguments.dry_run;
  if (arguments.delete_upstream) request["delete_upstream"] = true;
  return request;
}

}  // namespace

std::string misuse(const ActArguments& arguments) {
  if (auto known = check_states(arguments.choice); !known) return known.error().detail;
  const bool all = std::ranges::find(arguments.jobs, kAll) != arguments.jobs.end();
  if (arguments.jobs.empty() && arguments.choice.empty()) {
    return fmt::format(
        "say which jobs to {}: ids, - for ids on standard input, --state, --batch, --tag, --model, --text, "
        "or "
        "{} for every one",
        to_string(arguments.action), kAll);
  }
  if (all && (arguments.jobs.size() > 1 || !arguments.choice.empty())) {
    return fmt::format("{} means every job: give nothing beside it", kAll);
  }
  if (!arguments.jobs.empty() && !arguments.choice.empty()) {
    return "give ids, or --state and the like, not both";
  }
  return "";
}

bool releases_batch(const ActArguments& arguments) {
  JobChoice rest = arguments.choice;
  rest.batch.clear();
  return arguments.action == store::Action::kRelease && !arguments.choice.batch.empty() && rest.empty() &&
         !arguments.dry_run;
}

Json filter_request(const ActArguments& arguments) {
  if (arguments.choice.empty()) return with_options({{"all", true}}, arguments);
  return with_options({{"filter", to_json(arguments.choice)}}, arguments);
}

std::vector<Json> id_requests(const ActArguments& arguments, const std::vector<std::string>& ids) {
  std::vector<Json> requests;
  for (auto from = ids.begin(); from != ids.end();) {
    const auto many = std::min<std::ptrdiff_t>(kMostOutcomes, ids.end() - from);
    const std::vector<std::string> some(from, from + many);
    requests.push_back(with_options({{"ids", some}}, arguments));
    from += many;
  }
  return requests;
}

std::string done_word(store::Action action) {
  switch (action) {
    case store::Action::kCancel:
      return "cancelled";
    case store::Action::kRetry:
      return "retried";
    case store::Action::kHold:
      return "held";
    case store::Action::kRelease:
      return "released";
  }
  return "";
}

}  // namespace reeld::cli
