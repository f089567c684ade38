#include "daemon/store/sqlite/prices.hpp"

namespace reeld::store::sqlite::prices {

using ledger::Price;

std::optional<Price> learned(Connection& db, const std::string& kind) {
  Query row = db.query("SELECT amount, unit FROM price WHERE price_kind = ?1 AND amount IS NOT NULL", kind);
  if (!row.step()) return std::nullopt;
  return Price{Amount{row.integer(0)}, row.text(1)};
}

bool learn(Connection& db, const std::string& kind, const Price& price, Time now) {
  const auto before = learned(db, kind);
  const bool is_same = before && before->amount == price.amount && before->unit == price.unit;
  if (is_same) return false;
  db.run(
      "INSERT INTO price (price_kind, amount, unit, learned_at) VALUES (?1, ?2, ?3, ?4)"
      " ON CONFLICT DO UPDATE SET amount = ?2, unit = ?3, learned_at = ?4",
      kind, price.amount.billionths, price.unit, now);
  return !before;
}

void note_silence(Connection& db, const std::string& kind, Time now) {
  db.run(
      "INSERT INTO price (price_kind, amount, unit, learned_at) VALUES (?1, NULL, '', ?2) ON CONFLICT DO "
      "NOTHING",
      kind, now);
}

bool is_silent(Connection& db, const std::string& kind) {
  Query row = db.query("SELECT 1 FROM price WHERE price_kind = ?1 AND amount IS NULL", kind);
  return row.step();
}

}  // namespace reeld::store::sqlite::prices
