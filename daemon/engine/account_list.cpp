#include "daemon/engine/account_list.hpp"

#include <algorithm>
#include <set>

#include "daemon/engine/match.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using leonardo::Generation;

namespace {

constexpr int kPage = 50;
constexpr int kOverlap = 10;
/// A window holds what was made in some minutes or, after days without a connection, days.
constexpr int kMostPages = 1000;

leonardo::ApiError unsure(std::string words) {
  return {leonardo::ErrorClass::kServerError, std::move(words), 0, std::nullopt};
}

bool is_older(const Generation& generation, Time since) {
  const auto made = made_at(generation);
  return made && *made < since;
}

/// True when `page` begins before `last` ended.
bool overlaps(const std::vector<Generation>& last, const std::vector<Generation>& page) {
  if (last.size() <= static_cast<std::size_t>(kPage - kOverlap)) return true;
  return std::ranges::any_of(last, [&](const Generation& earlier) {
    return std::ranges::find(page, earlier.id, &Generation::id) != page.end();
  });
}

}  // namespace

asio::awaitable<leonardo::ApiResult<AccountList>> walk_account(leonardo::Api& api, std::string account,
                                                               Time since, MayAsk may_ask) {
  AccountList list;
  std::set<GenerationId> known;
  std::vector<Generation> last;
  for (int pages = 0; pages < kMostPages; ++pages) {
    if (!co_await may_ask()) co_return unsure("the daemon stops");
    auto page = co_await api.generations_of(account, pages * (kPage - kOverlap), kPage);
    if (!page) co_return page.error();
    if (page->empty()) co_return list;
    if (!overlaps(last, *page)) co_return unsure("the account's list changed while it was read");
    for (const Generation& generation : *page) {
      const auto made = made_at(generation);
      if (made && (!list.youngest || *made > *list.youngest)) list.youngest = made;
      if (!is_older(generation, since) && known.insert(generation.id).second)
        list.generations.push_back(generation);
    }
    if (std::ranges::all_of(*page, [since](const Generation& each) { return is_older(each, since); }))
      co_return list;
    last = std::move(*page);
  }
  co_return unsure("the account's list does not end");
}

}  // namespace reeld::engine
