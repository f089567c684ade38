#include "daemon/store/sqlite/ledger.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "daemon/store/sqlite/prices.hpp"

namespace reeld::store::sqlite::ledger {
namespace {

/// A render that is dearer is the service's mistake: the sums must stay far from overflowing.
constexpr Amount kMostPerRender{100'000'000'000'000};

std::optional<std::int64_t> number(const std::optional<Amount>& amount) {
  return amount ? std::optional(amount->billionths) : std::nullopt;
}

/// Adds an entry to an attempt that has one already.
void book(Connection& db, const IntentId& intent, std::string_view entry, const Sum& sum, Time now) {
  db.run(
      "INSERT INTO ledger (at, entry, amount, unit, estimated, intent_id, generation_id, job_id, batch_id,"
      " sent_at, model, tags, price_kind)"
      " SELECT ?2, ?3, ?4, ?5, ?6, intent_id,"
      " (SELECT generation_id FROM attempt a WHERE a.intent_id = l.intent_id), job_id, batch_id, sent_at, "
      "model,"
      " tags, price_kind FROM ledger l WHERE intent_id = ?1 ORDER BY id LIMIT 1",
      intent, now, entry, number(sum.amount), sum.unit, sum.estimated);
}

std::string price_kind_of(Connection& db, const IntentId& intent) {
  Query row = db.query("SELECT price_kind FROM ledger WHERE intent_id = ?1 ORDER BY id LIMIT 1", intent);
  return row.step() ? row.text(0) : "";
}

/// What a submit is taken to have cost that nobody named a cost for: what was reserved, released or not.
Sum estimate(const Account& account) {
  Sum sum = account.expected.value_or(Sum{});
  sum.estimated = true;
  return sum;
}

/// Books the charge in the place of the reservation.
void settle(Connection& db, const IntentId& intent, const Account& account, const Sum& sum, Time now) {
  if (account.reserved) book(db, intent, "released", *account.reserved, now);
  book(db, intent, "charged", sum, now);
}

void note(Connection& db, const IntentId& intent, std::string words, Time now) {
  Query row = db.query("SELECT batch_id, job_id FROM ledger WHERE intent_id = ?1 LIMIT 1", intent);
  if (row.step()) add_event(db, Event{now, row.text(0), row.text(1), {}, {}, std::move(words)});
}

/// What an answer says that it cost; an amount that is none is told in the history.
std::optional<Price> named_cost(Connection& db, const Acceptance& acceptance, Time now) {
  const std::string& text = acceptance.cost_amount;
  if (text.empty() && acceptance.cost_unit.empty()) return std::nullopt;
  const auto read = read_amount(text);
  if (!read || read->amount > kMostPerRender || acceptance.cost_unit.empty()) {
    std::string words = fmt::format("the service names a cost that cannot be booked: \"{}\" \"{}\"",
                                    text.substr(0, 64), acceptance.cost_unit.substr(0, 64));
    spdlog::warn("store: {}", words);
    note(db, acceptance.intent, std::move(words), now);
    return std::nullopt;
  }
  const Price price{read->amount, acceptance.cost_unit};
  if (!read->exact) {
    note(db, acceptance.intent,
         fmt::format("the service names a cost of {}; booked as {}, since the ledger counts billionths", text,
                     format_amount(price.amount, price.unit)),
         now);
  }
  return price;
}

/// Charges what was accepted while nobody knew the price of its kind.
void charge_unpriced(Connection& db, const std::string& kind, const Price& price, Time now) {
  std::vector<IntentId> intents;
  Query row = db.query(
      "SELECT DISTINCT intent_id FROM ledger INDEXED BY ledger_unpriced"
      " WHERE price_kind = ?1 AND entry = 'charged' AND amount IS NULL",
      kind);
  while (row.step()) intents.emplace_back(row.text(0));
  for (const IntentId& intent : intents) {
    const Account account = read_account(db, intent);
    const bool is_unpriced = account.charged && !account.charged->amount && !account.refunded;
    if (!is_unpriced) continue;
    // Taken back first: it no longer counts as a charge that nobody knows.
    book(db, intent, "refunded", *account.charged, now);
    book(db, intent, "charged", Sum{price.amount, price.unit, true}, now);
  }
}

}  // namespace

void Account::book(std::string_view entry, const Sum& sum) {
  if (entry == "reserved") expected = reserved = sum;
  if (entry == "released") reserved.reset();
  if (entry == "refunded") refunded = true;
  if (entry == "charged") {
    charged = sum;
    refunded = false;
  }
}

Account read_account(Connection& db, const IntentId& intent) {
  Account account;
  Query row =
      db.query("SELECT entry, amount, unit, estimated FROM ledger WHERE intent_id = ?1 ORDER BY id", intent);
  while (row.step()) {
    const auto amount = row.maybe_integer(1);
    account.book(row.text(0), Sum{amount ? std::optional(Amount{*amount}) : std::nullopt, row.text(2),
                                  row.integer(3) != 0});
  }
  return account;
}

void reserve(Connection& db, const JobId& job, const Intent& intent, const std::optional<Price>& price,
             Time now) {
  const auto amount = price ? std::optional(price->amount.billionths) : std::nullopt;
  db.run(
      "INSERT INTO ledger (at, entry, amount, unit, estimated, intent_id, job_id, batch_id, sent_at, model, "
      "tags,"
      " price_kind)"
      " SELECT ?2, 'reserved', ?3, ?4, 1, ?5, id, batch_id, ?2, model, tags, ?6 FROM job WHERE id = ?1",
      job, now, amount, price ? price->unit : "", intent.id, intent.reservation.price_kind);
}

void charge(Connection& db, const Acceptance& acceptance, Time now) {
  const Account account = read_account(db, acceptance.intent);
  const auto cost = named_cost(db, acceptance, now);
  const std::string kind = price_kind_of(db, acceptance.intent);
  if (!account.charged || account.refunded) {
    const Sum sum = cost ? Sum{cost->amount, cost->unit, false} : estimate(account);
    settle(db, acceptance.intent, account, sum, now);
  }
  if (!cost) {
    prices::note_silence(db, kind, now);
  } else if (prices::learn(db, kind, *cost, now)) {
    charge_unpriced(db, kind, *cost, now);
  }
}

void charge_estimate(Connection& db, const IntentId& intent, Time now) {
  const Account account = read_account(db, intent);
  if (account.charged && !account.refunded) return;
  Sum sum = estimate(account);
  if (const auto price = prices::learned(db, price_kind_of(db, intent)))
    sum = Sum{price->amount, price->unit, true};
  settle(db, intent, account, sum, now);
}

void release(Connection& db, const IntentId& intent, Time now) {
  Query unpaid =
      db.query("SELECT 1 FROM attempt WHERE intent_id = ?1 AND outcome IN ('refused', 'not_sent')", intent);
  if (!unpaid.step()) return;
  const Account account = read_account(db, intent);
  if (account.reserved) book(db, intent, "released", *account.reserved, now);
}

void release_current(Connection& db, const JobId& job, Time now) {
  Query row = db.query("SELECT intent_id FROM job WHERE id = ?1 AND intent_id IS NOT NULL", job);
  if (row.step()) release(db, IntentId(row.text(0)), now);
}

void refund(Connection& db, const JobId& job, Time now) {
  Query row = db.query(
      "SELECT a.intent_id FROM job j JOIN attempt a ON a.generation_id = j.generation_id WHERE j.id = ?1",
      job);
  if (!row.step()) return;
  const IntentId intent(row.text(0));
  const Account account = read_account(db, intent);
  if (account.charged && !account.refunded) book(db, intent, "refunded", *account.charged, now);
}

void reopen(Connection& db, const IntentId& intent, Time now) {
  const Account account = read_account(db, intent);
  if (!account.charged || account.refunded) return;
  book(db, intent, "refunded", *account.charged, now);
  book(db, intent, "reserved", *account.charged, now);
}

}  // namespace reeld::store::sqlite::ledger
