#include "daemon/store/sqlite/budget.hpp"

#include <fmt/format.h>

#include "daemon/store/sqlite/batch_holds.hpp"
#include "daemon/store/sqlite/prices.hpp"
#include "daemon/store/sqlite/unpriced.hpp"

namespace reeld::store::sqlite::budget {
namespace {

using ledger::Price;

/// The smallest sum there is: what a render of unknown price costs at least.
constexpr Amount kSomething{1};

/// What counts against a cap, in dollars.
struct Spend {
  Amount spent;
  Amount reserved;
};

Spend read_spend(Query row) {
  if (!row.step()) return {};
  return {Amount{row.integer(0)}, Amount{row.integer(1)}};
}

Spend spend_of_day(Connection& db, Time now) {
  return read_spend(db.query("SELECT spent, reserved FROM spend_day WHERE day = ?1 / 86400000 AND unit = ?2",
                             now, kDollars));
}

Spend spend_of_batch(Connection& db, const std::string& batch) {
  return read_spend(
      db.query("SELECT spent, reserved FROM spend_batch WHERE batch_id = ?1 AND unit = ?2", batch, kDollars));
}

Spend spend_in_all(Connection& db) {
  return read_spend(db.query(
      "SELECT coalesce(sum(spent), 0), coalesce(sum(reserved), 0) FROM spend_day WHERE unit = ?1", kDollars));
}

std::optional<Price> expected_price(Connection& db, const Reservation& reservation) {
  if (auto price = prices::learned(db, reservation.price_kind)) return price;
  if (!reservation.stated) return std::nullopt;
  return Price{*reservation.stated, std::string(kDollars)};
}

/// "24.80 spent and 0.10 reserved of 25.00 dollars", when the next price does not fit in; else nothing.
std::optional<std::string> overrun(const Spend& spend, Amount next, Amount cap) {
  if (spend.spent + spend.reserved + next <= cap) return std::nullopt;
  return fmt::format("{} spent and {} reserved of {} dollars", format_amount(spend.spent),
                     format_amount(spend.reserved), format_amount(cap));
}

std::string next_words(const std::optional<Price>& price) {
  return price ? fmt::format("the next render costs {}", format_amount(price->amount))
               : std::string("the next render costs nobody knows how much");
}

/// Why a submit may not go, and what a release would allow its batch.
struct Refusal {
  std::string why;
  Amount next_allowance = {};
};

std::optional<Refusal> check_day(Connection& db, Amount cap, const std::optional<Price>& price, Time now) {
  const Amount next = price ? price->amount : kSomething;
  const auto words = overrun(spend_of_day(db, now), next, cap);
  if (!words) return std::nullopt;
  return Refusal{
      fmt::format("the day's budget is used up: {}, and {}; release the batch on another day (UTC), or"
                  " after raising budget.per_day",
                  *words, next_words(price))};
}

std::optional<Refusal> check_batch(Connection& db, const std::string& batch, Amount cap,
                                   const std::optional<Price>& price) {
  Query row = db.query("SELECT allowance FROM batch WHERE id = ?1", batch);
  row.step();
  const Amount allowed = cap + Amount{row.integer(0)};
  const Amount next = price ? price->amount : kSomething;
  const auto words = overrun(spend_of_batch(db, batch), next, allowed);
  if (!words) return std::nullopt;
  return Refusal{
      fmt::format("the batch's budget is used up: {}, and {}; releasing the batch allows it another {}",
                  *words, next_words(price), format_amount(cap)),
      cap};
}

std::optional<Refusal> check_total(Connection& db, Amount cap, const std::optional<Price>& price) {
  const Amount next = price ? price->amount : kSomething;
  const auto words = overrun(spend_in_all(db), next, cap);
  if (!words) return std::nullopt;
  return Refusal{fmt::format(
      "the queue's whole budget is used up: {}, and {}; give `reeld render` a higher --max-cost, or raise "
      "budget.total and release the batch",
      *words, next_words(price))};
}

/// Nothing where the caps allow it.
std::optional<Refusal> check(Connection& db, const std::string& batch, const Reservation& reservation,
                             const std::optional<Price>& price, Time now) {
  const Caps& caps = reservation.caps;
  // The caps are in dollars; what the service counts in credits is booked, and stops nothing but who asked
  // for a limit to all there is.
  if (price && price->unit == kCredits) {
    if (!caps.total) return std::nullopt;
    return Refusal{
        fmt::format("the service names the cost of {} in credits, so that a limit in dollars to all "
                    "costs cannot hold; go on without one (budget.total, --max-cost)",
                    reservation.price_kind)};
  }
  if (price ? price->unit != kDollars : prices::is_silent(db, reservation.price_kind)) {
    return Refusal{
        fmt::format("the service names no cost in dollars for {}, so that no budget can hold; state its"
                    " price_per_second in leonardo.models_file, then release the batch",
                    reservation.price_kind)};
  }
  if (caps.per_batch) {
    if (auto refusal = check_batch(db, batch, *caps.per_batch, price)) return refusal;
  }
  if (caps.total) {
    if (auto refusal = check_total(db, *caps.total, price)) return refusal;
  }
  return caps.per_day ? check_day(db, *caps.per_day, price, now) : std::nullopt;
}

/// The job goes back to the queue, and its batch is held.
Result<Admission> hold(Connection& db, const Lease& lease, const std::string& batch, const Refusal& refusal,
                       Time now) {
  hold_over_budget(db, BatchId(batch), refusal.why, refusal.next_allowance, now);
  const Move back(JobState::kSubmitting, JobState::kQueued, "nothing was sent: " + refusal.why);
  if (auto moved = move_job(db, lease, back, now); !moved) return moved.error();
  return Admission::kHeld;
}

/// The job leaves the queue until the outcome of that submit is known (a trigger makes it due), or until the
/// next day, whose budget knows nothing of it.
Result<Admission> put_off(Connection& db, const Lease& lease, const unpriced::Obstacle& obstacle, Time now) {
  Move later(JobState::kSubmitting, JobState::kScheduled, "nothing was sent: " + obstacle.why);
  later.error_class = "price";
  later.error = obstacle.why;
  later.due = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  if (auto moved = move_job(db, lease, later, now); !moved) return moved.error();
  db.run("UPDATE job SET waits_for = 'price:' || ?2 WHERE id = ?1", lease.job, obstacle.intent);
  return Admission::kHeld;
}

/// What the caps say of a submit whose price nobody knows.
Result<Admission> admit_unpriced(Connection& db, const Lease& lease, const std::string& batch,
                                 const Reservation& reservation, Time now) {
  const auto obstacle = unpriced::find(db, batch, reservation, now);
  if (!obstacle) return Admission::kAdmitted;
  if (obstacle->may_answer) return Admission::kAwaitPrice;
  if (!obstacle->intent.empty()) return put_off(db, lease, *obstacle, now);
  return hold(db, lease, batch, Refusal{obstacle->why}, now);
}

}  // namespace

Result<Admission> admit(Connection& db, const Lease& lease, const Intent& intent, Time now) {
  const Reservation& reservation = intent.reservation;
  const auto price = expected_price(db, reservation);
  if (reservation.caps.any()) {
    Query row = db.query("SELECT batch_id FROM job WHERE id = ?1", lease.job);
    row.step();
    const std::string batch = row.text(0);
    if (const auto refusal = check(db, batch, reservation, price, now))
      return hold(db, lease, batch, *refusal, now);
    if (!price) {
      auto admission = admit_unpriced(db, lease, batch, reservation, now);
      if (!admission || *admission != Admission::kAdmitted) return admission;
    }
  }
  ledger::reserve(db, lease.job, intent, price, now);
  return Admission::kAdmitted;
}

}  // namespace reeld::store::sqlite::budget
