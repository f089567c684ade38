#include <fmt/format.h>

#include <algorithm>

#include "common/job/text.hpp"
#include "daemon/cli/doctor/checks.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli::checks {
namespace {

using leonardo::Generation;

constexpr int kPage = 20;

void tell_seeds(const std::vector<Generation>& page, Findings& findings) {
  const auto with_seed =
      std::ranges::count_if(page, [](const Generation& item) { return item.seed.has_value(); });
  if (with_seed == 0) {
    findings.warning("seeds",
                     "the account's list shows no seed: a submit whose answer was lost may be found only by "
                     "its prompt and time, and rather waits for a person");
  } else {
    findings.ok("seeds", fmt::format("{} of the last {} show theirs", with_seed,
                                     count_of(std::ssize(page), "generation")));
  }
}

void tell_order(const std::vector<Generation>& page, Findings& findings) {
  const auto younger_behind =
      std::ranges::adjacent_find(page, [](const Generation& one, const Generation& next) {
        return one.created_at && next.created_at && *one.created_at < *next.created_at;
      });
  if (page.size() < 2) {
    findings.ok("order", "the list is too short to tell its order");
  } else if (younger_behind == page.end()) {
    findings.ok("order", "the account's list is newest first");
  } else {
    findings.warning("order", "the account's list is not newest first, as reeld expects: report that");
  }
}

}  // namespace

void check_facts(Service& service, const leonardo::Account& account, Findings& findings) {
  const auto page = service.wait(service.api().generations_of(account.user_id, 0, kPage));
  if (!page) {
    findings.problem("list", "the account's list cannot be read: " + printable(page.error().words, 300));
    return;
  }
  if (page->empty()) {
    findings.ok("list", "the account has no generations yet, which tells nothing; --spend makes one");
    return;
  }
  tell_seeds(*page, findings);
  tell_order(*page, findings);
}

}  // namespace reeld::cli::checks
