#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "daemon/leonardo/api.hpp"

namespace reeld::engine {

/// The account's generations since some instant, as one walk over its list found them.
struct AccountList {
  std::vector<leonardo::Generation> generations;
  std::optional<Time> youngest;  ///< when the newest of them was made
  Time since{};                  ///< what was made later than this is all there
};

/// Waits until another request may be sent; false when the walk must end.
using MayAsk = std::function<boost::asio::awaitable<bool>()>;

/// Walks the account's list from its newest generation back to `since`. Its pages overlap, so that
/// generations which are deleted meanwhile hide none; it ends with an empty page or one that is wholly older.
/// A list that is too long is left early: then AccountList::since is later.
///
/// Errors: those of the requests; kServerError where the list changed too much to be sure.
boost::asio::awaitable<leonardo::ApiResult<AccountList>> walk_account(leonardo::Api& api, std::string account,
                                                                      Time since, MayAsk may_ask);

}  // namespace reeld::engine
