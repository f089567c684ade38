#include "daemon/store/sqlite/cost_lines.hpp"

#include <fmt/format.h>

#include "daemon/store/sqlite/ledger.hpp"

namespace reeld::store::sqlite {
namespace {

/// SQL for what entries are put together by, and for how a group is called.
struct Grouping {
  const char* group;
  const char* label;
  const char* join;
  const char* order;
};

Grouping grouping(CostGroup group) {
  switch (group) {
    case CostGroup::kHour:
      return {"strftime('%Y-%m-%dT%H', l.sent_at / 1000, 'unixepoch')", "''", "", "1"};
    case CostGroup::kDay:
      return {"strftime('%Y-%m-%d', l.sent_at / 1000, 'unixepoch')", "''", "", "1"};
    case CostGroup::kModel:
      return {"l.model", "''", "", "1"};
    case CostGroup::kBatch:
      return {"l.batch_id", "coalesce(b.name, '')", "LEFT JOIN batch b ON b.id = l.batch_id", "1 DESC"};
    case CostGroup::kTag:
      return {"t.value", "''", "JOIN json_each(l.tags) t", "1"};
  }
  return {};
}

using Sums = std::map<std::string, Amount>;

std::map<std::string, std::string> texts(const Sums& sums) {
  std::map<std::string, std::string> all;
  for (const auto& [unit, amount] : sums) {
    if (amount != Amount{}) all[unit] = format_amount(amount, unit);
  }
  return all;
}

void add(Sums& sums, const ledger::Sum& sum) {
  if (!sum.amount) return;
  Amount& total = sums[sum.unit];
  total = total + *sum.amount;
}

/// Adds up the attempts of one group.
class Group {
 public:
  void add_attempt(const ledger::Account& account) {
    if (account.reserved) add(reserved_, *account.reserved);
    if (!account.charged) return;
    ++renders_;
    if (account.refunded) return add(refunded_, *account.charged);
    add(costs_, *account.charged);
    without_cost_ += account.charged->amount ? 0 : 1;
    estimated_ += account.charged->amount && account.charged->estimated ? 1 : 0;
  }

  /// Submits that came to nothing make no line.
  bool empty() const { return renders_ == 0 && texts(reserved_).empty(); }

  CostLine line(std::string group, std::string label) const {
    CostLine line{std::move(group), std::move(label), renders_, without_cost_, texts(costs_)};
    line.refunded = texts(refunded_);
    line.reserved = texts(reserved_);
    line.estimated = estimated_;
    return line;
  }

 private:
  std::int64_t renders_ = 0;
  std::int64_t without_cost_ = 0;
  std::int64_t estimated_ = 0;
  Sums costs_;
  Sums refunded_;
  Sums reserved_;
};

}  // namespace

std::vector<CostLine> read_costs(Connection& db, CostGroup group, Time since, Time until) {
  const Grouping by = grouping(group);
  const char* sql = db.intern(
      fmt::format("SELECT {}, {}, l.intent_id, l.entry, l.amount, l.unit, l.estimated FROM ledger l {}"
                  " WHERE l.sent_at >= ?1 AND l.sent_at < ?2 ORDER BY {}, l.intent_id, l.id",
                  by.group, by.label, by.join, by.order));
  std::vector<CostLine> lines;
  std::string name;
  std::string label;
  std::string intent;
  Group sums;
  ledger::Account account;
  const auto end_attempt = [&] {
    if (!intent.empty()) sums.add_attempt(account);
    account = {};
  };
  const auto end_group = [&] {
    if (!sums.empty()) lines.push_back(sums.line(name, label.empty() ? name : label));
    sums = {};
  };
  Query row = db.query(sql, since, until);
  while (row.step()) {
    const bool is_new_group = row.text(0) != name;
    if (is_new_group || row.text(2) != intent) end_attempt();
    if (is_new_group) end_group();
    name = row.text(0);
    label = row.text(1);
    intent = row.text(2);
    const auto amount = row.maybe_integer(4);
    account.book(row.text(3),
                 {amount ? std::optional(Amount{*amount}) : std::nullopt, row.text(5), row.integer(6) != 0});
  }
  end_attempt();
  end_group();
  return lines;
}

std::vector<SpendLine> read_spend(Connection& db) {
  std::vector<SpendLine> lines;
  Query row = db.query(
      "SELECT day * 86400000, unit, spent, reserved FROM spend_day"
      " WHERE unit <> '' AND day > (SELECT coalesce(MAX(day), 0) FROM spend_day) - 2 ORDER BY day, unit");
  while (row.step()) {
    lines.push_back(SpendLine{row.time(0), row.text(1), Amount{row.integer(2)}, Amount{row.integer(3)}});
  }
  return lines;
}

}  // namespace reeld::store::sqlite
