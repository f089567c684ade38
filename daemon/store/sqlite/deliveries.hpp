#pragma once

#include "daemon/store/sqlite/rows.hpp"

/// Messages to hooks; outbox.hpp says what each does.
namespace reeld::store::sqlite {

Result<int> collect_deliveries(Connection& db, const std::vector<std::string>& hooks, Time now);
Result<std::vector<Delivery>> due_deliveries(Connection& db, const std::string& hook, int limit, Time now);
Result<void> finish_delivery(Connection& db, std::int64_t delivery, const std::string& words, Time now);
Result<void> put_off_delivery(Connection& db, std::int64_t delivery, Time due, const std::string& words);
Result<std::optional<Time>> next_delivery(Connection& db);

}  // namespace reeld::store::sqlite
