#include "daemon/engine/account_list.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "daemon/leonardo/api.hpp"
#include "tests/support/run_task.hpp"

namespace reeld::engine {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using leonardo::ApiResult;
using leonardo::Generation;

const Time kNow{1'800'000'000'000ms};

/// An account with a list, newest first, and nothing else.
class ListedAccount final : public leonardo::Api {
 public:
  explicit ListedAccount(int generations) {
    for (int i = 0; i < generations; ++i) {
      Generation generation;
      generation.id = GenerationId(fmt::format("11111111-2222-4333-8444-{:012}", i));
      generation.created_at = kNow - i * 1s;
      list.push_back(std::move(generation));
    }
  }

  Async<std::vector<Generation>> generations_of(std::string, int offset, int limit) override {
    ++requests;
    if (before_page) before_page();
    const auto from = std::min(static_cast<std::size_t>(offset), list.size());
    const auto count = std::min<std::size_t>({list.size() - from, static_cast<std::size_t>(limit), most});
    const auto begin = list.begin() + static_cast<std::ptrdiff_t>(from);
    co_return std::vector<Generation>(begin, begin + static_cast<std::ptrdiff_t>(count));
  }

  Async<leonardo::Accepted> submit(std::string, BeforeSend) override { co_return nothing(); }
  Async<Generation> generation(GenerationId) override { co_return nothing(); }
  Async<leonardo::Account> me() override { co_return nothing(); }
  Async<void> remove(GenerationId) override { co_return nothing(); }
  void set_key(std::string) override {}
  Time upstream_now() const override { return kNow; }
  bool knows_upstream_time() const override { return true; }

  std::vector<Generation> list;
  std::size_t most = 50;  ///< entries that a page has, whatever is asked for
  int requests = 0;
  std::function<void()> before_page;

 private:
  static leonardo::ApiError nothing() {
    return {leonardo::ErrorClass::kServerError, "not asked for here", 0, std::nullopt};
  }
};

ApiResult<AccountList> walk(ListedAccount& account, Time since) {
  asio::io_context io;
  const MayAsk may_ask = []() -> asio::awaitable<bool> { co_return true; };
  return test::run_task<ApiResult<AccountList>>(io, walk_account(account, "ann", since, may_ask));
}

TEST(AccountListTest, AWalkFindsAllThatIsYoungerThanItsBeginning) {
  for (const int size : {0, 1, 8, 49, 50, 51, 90, 500}) {
    ListedAccount account(size);
    const auto list = walk(account, kNow - 24h);
    ASSERT_TRUE(list) << size;
    EXPECT_EQ(list->generations.size(), static_cast<std::size_t>(size));
    EXPECT_EQ(list->since, kNow - 24h);
  }
}

TEST(AccountListTest, AWalkEndsWithThePageThatIsWhollyOlder) {
  ListedAccount account(1000);
  const auto list = walk(account, kNow - 30s);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->generations.size(), 31U);
  EXPECT_EQ(list->youngest, kNow);
  EXPECT_LE(account.requests, 3);
}

TEST(AccountListTest, AServiceThatGivesShorterPagesHidesNothing) {
  for (const std::size_t most : {1U, 5U, 10U, 20U, 40U}) {
    ListedAccount account(120);
    account.most = most;
    const auto list = walk(account, kNow - 24h);
    ASSERT_TRUE(list) << most;
    EXPECT_EQ(list->generations.size(), 120U) << most;
  }
}

TEST(AccountListTest, NewGenerationsDuringTheWalkHideNoOlderOnes) {
  ListedAccount account(200);
  const auto before = account.list;
  int number = 0;
  account.before_page = [&] {
    for (int i = 0; i < 7; ++i) {
      Generation fresh;
      fresh.id = GenerationId(fmt::format("22222222-2222-4333-8444-{:012}", number++));
      fresh.created_at = kNow + 1s;
      account.list.insert(account.list.begin(), fresh);
    }
  };
  const auto list = walk(account, kNow - 24h);
  ASSERT_TRUE(list);
  for (const Generation& each : before) {
    EXPECT_NE(std::ranges::find(list->generations, each.id, &Generation::id), list->generations.end());
  }
}

TEST(AccountListTest, SomeDeletionsDuringTheWalkHideNothingAndManyEndIt) {
  for (const int deleted : {3, 40}) {
    ListedAccount account(200);
    const Generation oldest = account.list.back();
    account.before_page = [&] {
      if (account.requests == 2) account.list.erase(account.list.begin(), account.list.begin() + deleted);
    };
    const auto list = walk(account, kNow - 24h);
    EXPECT_EQ(list.has_value(), deleted == 3);
    if (!list) continue;
    EXPECT_EQ(list->generations.size(), 200U) << "the deleted ones were seen before";
    EXPECT_EQ(list->generations.back().id, oldest.id);
  }
}

TEST(AccountListTest, AListThatIsTooLongIsLeftEarlyAndSaysHowFarItWent) {
  ListedAccount account(30'000);
  const auto list = walk(account, kNow - 24h);
  ASSERT_TRUE(list);
  EXPECT_GT(list->since, kNow - 24h);
  EXPECT_EQ(list->since, list->generations.back().created_at);
}

}  // namespace
}  // namespace reeld::engine
