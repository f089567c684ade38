#include "daemon/store/sqlite/unpriced.hpp"

#include <fmt/format.h>

#include "common/util/uuid.hpp"

namespace reeld::store::sqlite::unpriced {
namespace {

bool is_charged_on(Connection& db, Time day) {
  Query row = db.query("SELECT 1 FROM spend_day WHERE day = ?1 / 86400000 AND unit = '' AND spent > 0", day);
  return row.step();
}

bool is_charged_ever(Connection& db) {
  Query row = db.query("SELECT 1 FROM spend_day WHERE unit = '' AND spent > 0");
  return row.step();
}

bool is_charged_in(Connection& db, const std::string& batch) {
  Query row = db.query("SELECT 1 FROM spend_batch WHERE batch_id = ?1 AND unit = '' AND spent > 0", batch);
  return row.step();
}

Obstacle never_told(const std::string& price_kind, std::string_view where) {
  return {
      fmt::format("nobody knows what {} costs, nor what a render {} cost, so that no budget can hold; "
                  "state its price_per_second in leonardo.models_file, then release the batch",
                  price_kind, where)};
}

/// A submit of unknown price whose outcome is open.
struct Open {
  IntentId intent;
  std::string job;
  JobState state;
};

/// Of several the one that stands in the way for longest: nobody waits for a job that was given up, and who
/// is being sent answers soon.
std::optional<Open> find_open(Connection& db, const std::string& batch, const Caps& caps, Time now) {
  Query row = db.query(
      "SELECT a.intent_id, a.job_id, j.state FROM attempt a INDEXED BY attempt_open"
      " JOIN job j ON j.id = a.job_id JOIN ledger l ON l.intent_id = a.intent_id"
      " WHERE a.outcome = 'open' AND l.entry = 'reserved' AND l.amount IS NULL"
      " AND (?1 AND l.sent_at / 86400000 = ?2 / 86400000 OR ?3 AND l.batch_id = ?4 OR ?5)"
      " ORDER BY j.state = 'submitting', j.state IN ('unknown', 'parked', 'cancelled') LIMIT 1",
      caps.per_day.has_value(), now, caps.per_batch.has_value(), batch, caps.total.has_value());
  if (!row.step()) return std::nullopt;
  return Open{IntentId(row.text(0)), row.text(1), parse_job_state(row.text(2)).value()};
}

}  // namespace

std::optional<Obstacle> find(Connection& db, const std::string& batch, const Reservation& reservation,
                             Time now) {
  const Caps& caps = reservation.caps;
  if (caps.per_batch && is_charged_in(db, batch)) return never_told(reservation.price_kind, "of this batch");
  if (caps.per_day && is_charged_on(db, now)) return never_told(reservation.price_kind, "of this day (UTC)");
  if (caps.total && is_charged_ever(db)) return never_told(reservation.price_kind, "of this queue");
  const auto open = find_open(db, batch, caps, now);
  if (!open) return std::nullopt;
  switch (open->state) {
    case JobState::kSubmitting:
      return Obstacle{"the price is on its way", open->intent, true};
    case JobState::kUnknown:
    case JobState::kParked:
    case JobState::kCancelled:
      return Obstacle{
          fmt::format("waits until it is known what became of the submit by job {0}, since nobody knows its "
                      "price either, and no budget can hold with two of those (`reeld resolve {0}` says it)",
                      short_id(open->job)),
          open->intent};
    default:
      return never_told(reservation.price_kind,
                        fmt::format("by job {}, which was given up,", short_id(open->job)));
  }
}

}  // namespace reeld::store::sqlite::unpriced
