#pragma once

#include <optional>
#include <string>

#include "daemon/store/sqlite/rows.hpp"

/// The append-only record of money. Each entry is about one attempt; booking the same twice books nothing.
namespace reeld::store::sqlite::ledger {

/// What something costs.
struct Price {
  Amount amount;
  std::string unit;
};

/// An amount as an entry has it.
struct Sum {
  std::optional<Amount> amount;  ///< nothing: it is not known
  std::string unit;
  bool estimated = false;
};

/// How an attempt stands, by its entries in their order.
struct Account {
  std::optional<Sum> reserved;  ///< and neither released nor settled
  std::optional<Sum> expected;  ///< reserved last, whatever became of it
  std::optional<Sum> charged;   ///< also when it was refunded later
  bool refunded = false;

  void book(std::string_view entry, const Sum& sum);
};

Account read_account(Connection& db, const IntentId& intent);

/// Books what a submit may cost, in the transaction of its intent; without a price, that nobody knows.
void reserve(Connection& db, const JobId& job, const Intent& intent, const std::optional<Price>& price,
             Time now);

/// The submit was accepted, and its own answer said so: settles the reservation by the cost that was named.
/// An answer without a cost is charged as reserved, marked as estimated. Teaches the price of its kind.
void charge(Connection& db, const Acceptance& acceptance, Time now);

/// The submit was accepted, as the account's list or a person says: charged at the price that its kind has by
/// now, else as it was reserved, marked as estimated. A price that is learned later is booked then.
void charge_estimate(Connection& db, const IntentId& intent, Time now);

/// The submit was refused, or never arrived: frees the reservation. Nothing while its outcome is open.
void release(Connection& db, const IntentId& intent, Time now);

/// The same for the job's current attempt.
void release_current(Connection& db, const JobId& job, Time now);

/// The service called the job's current render failed, and gives back what it cost.
void refund(Connection& db, const JobId& job, Time now);

/// The generation that the submit was charged for is another one's: takes the charge back, and reserves anew.
void reopen(Connection& db, const IntentId& intent, Time now);

}  // namespace reeld::store::sqlite::ledger
