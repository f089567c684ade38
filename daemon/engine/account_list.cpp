#include "daemon/engine/account_list.hpp"

#include <algorithm>
#include <set>

#include "daemon/engine/match.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using leonardo::Generation;

namespace {

constexpr int kPage = 50;
constexpr std::size_t kOverlap = 10;
/// Some ten thousand generations: further back no submit is looked for.
constexpr int kMostPages = 250;

using Page = std::vector<Generation>;

leonardo::ApiError unsure(std::string words) {
  return {leonardo::ErrorClass::kServerError, std::move(words), 0, std::nullopt};
}

bool is_older(const Generation& generation, Time since) {
  const auto made = made_at(generation);
  return made && *made < since;
}

/// Puts what a walk comes by together.
class Walk {
 public:
  explicit Walk(Time since) : since_(since) { list_.since = since; }

  /// True when the page shows anything for the first time.
  bool add(const Page& page) {
    bool any_new = false;
    for (const Generation& generation : page) {
      if (!known_.insert(generation.id).second) continue;
      any_new = true;
      const auto made = made_at(generation);
      if (made && (!list_.youngest || *made > *list_.youngest)) list_.youngest = made;
      if (made) oldest_ = oldest_ ? std::min(*oldest_, *made) : made;
      if (!is_older(generation, since_)) list_.generations.push_back(generation);
    }
    return any_new;
  }

  bool knows_any_of(const Page& page) const {
    return std::ranges::any_of(page, [this](const Generation& each) { return known_.contains(each.id); });
  }

  bool is_wholly_older(const Page& page) const {
    return std::ranges::all_of(page, [this](const Generation& each) { return is_older(each, since_); });
  }

  AccountList take() { return std::move(list_); }

  AccountList leave_early() {
    list_.since = oldest_ ? std::max(since_, *oldest_) : Time::max();
    return std::move(list_);
  }

 private:
  Time since_;
  AccountList list_;
  std::set<GenerationId> known_;
  std::optional<Time> oldest_;
};

}  // namespace

asio::awaitable<leonardo::ApiResult<AccountList>> walk_account(leonardo::Api& api, std::string account,
                                                               Time since, MayAsk may_ask) {
  Walk walk(since);
  std::size_t offset = 0;
  bool must_overlap = false;
  for (int pages = 0; pages < kMostPages; ++pages) {
    if (!co_await may_ask()) co_return unsure("the daemon stops");
    auto page = co_await api.generations_of(account, static_cast<int>(offset), kPage);
    if (!page) co_return page.error();
    if (must_overlap && !walk.knows_any_of(*page))
      co_return unsure("the account's list changed while it was read");
    if (page->empty() || walk.is_wholly_older(*page)) co_return walk.take();
    // The service may give fewer than were asked for. Behind a page with nothing new only the list's end can
    // follow.
    const bool any_new = walk.add(*page);
    const std::size_t overlap = any_new ? std::min(kOverlap, page->size() / 2) : 0;
    offset += page->size() - overlap;
    must_overlap = overlap > 0;
  }
  co_return walk.leave_early();
}

}  // namespace reeld::engine
