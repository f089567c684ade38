#include "daemon/store/sqlite/deliveries.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reeld::store::sqlite {
namespace {

/// Lines of the history that one call looks at.
constexpr int kLinesAtOnce = 2'000;
constexpr std::string_view kCursor = "hook_cursor:";

std::int64_t last_event(Connection& db) {
  Query row = db.query("SELECT coalesce(MAX(id), 0) FROM job_event");
  row.step();
  return row.integer(0);
}

/// Hooks that are configured no more keep neither messages nor a place.
void forget_others(Connection& db, const std::vector<std::string>& hooks) {
  std::vector<std::string> known;
  Query row = db.query("SELECT substr(key, 13) FROM meta WHERE key LIKE 'hook_cursor:%'");
  while (row.step()) known.push_back(row.text(0));
  for (const std::string& hook : known) {
    if (std::ranges::find(hooks, hook) != hooks.end()) continue;
    db.run("DELETE FROM meta WHERE key = ?1", std::string(kCursor) + hook);
    db.run("DELETE FROM hook_delivery WHERE hook = ?1", hook);
  }
}

/// Where a hook stands in the history; nothing for a new one.
std::optional<std::int64_t> cursor(Connection& db, const std::string& hook) {
  Query row = db.query("SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?1", std::string(kCursor) + hook);
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

void set_cursor(Connection& db, const std::string& hook, std::int64_t event) {
  db.run("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
         std::string(kCursor) + hook, std::to_string(event));
}

/// Adds what the lines behind `after` up to `last` mean for one hook.
void collect(Connection& db, const std::string& hook, std::int64_t after, std::int64_t last, Time now) {
  db.run(
      "INSERT INTO hook_delivery (hook, order_key, event_id, created_at, due_at)"
      " SELECT ?1, coalesce(job_id, nullif(batch_id, ''), 'queue'), id, ?4, ?4 FROM job_event"
      " WHERE id > ?2 AND id <= ?3 AND (kind IN ('batch_finished', 'batch_held', 'account_held', "
      "'account_resumed',"
      "  'queue_paused', 'queue_resumed', 'disk_low', 'disk_ok')"
      "  OR (kind = 'transition' AND to_state IN ('succeeded', 'failed', 'cancelled', 'unknown', 'parked')))"
      " ORDER BY id",
      hook, after, last, now);
}

}  // namespace

Result<int> collect_deliveries(Connection& db, const std::vector<std::string>& hooks, Time now) {
  forget_others(db, hooks);
  const std::int64_t end = last_event(db);
  std::int64_t most = 0;
  for (const std::string& hook : hooks) {
    const auto after = cursor(db, hook);
    const std::int64_t last = after ? std::min(end, *after + kLinesAtOnce) : end;
    if (after && last <= *after) continue;
    if (after) collect(db, hook, *after, last, now);
    if (after) most = std::max(most, last - *after);
    set_cursor(db, hook, last);
  }
  return static_cast<int>(most);
}

Result<std::vector<Delivery>> due_deliveries(Connection& db, const std::string& hook, int limit, Time now) {
  std::vector<Delivery> due;
  Query row = db.query(
      "SELECT e.id, e.at, e.kind, coalesce(e.job_id, ''), e.batch_id, coalesce(e.from_state, ''),"
      " coalesce(e.to_state, ''), e.text, e.detail, d.id, d.hook, d.order_key, d.tries, d.created_at"
      // In the order of the rows: where a hook was away for long, most are due, and the first ones are
      // enough.
      " FROM hook_delivery d NOT INDEXED JOIN job_event e ON e.id = d.event_id"
      " WHERE d.hook = ?3 AND d.due_at <= ?1 AND d.id ="
      "  (SELECT MIN(o.id) FROM hook_delivery o WHERE o.hook = d.hook AND o.order_key = d.order_key)"
      " ORDER BY d.id LIMIT ?2",
      now, limit, hook);
  while (row.step()) {
    Delivery delivery;
    delivery.event = read_event(row);
    delivery.id = row.integer(9);
    delivery.hook = row.text(10);
    delivery.order = row.text(11);
    delivery.tries = row.small(12);
    delivery.created_at = row.time(13);
    due.push_back(std::move(delivery));
  }
  return due;
}

Result<void> finish_delivery(Connection& db, std::int64_t delivery, const std::string& words, Time now) {
  if (!words.empty()) {
    Query row = db.query(
        "SELECT e.batch_id, coalesce(e.job_id, ''), d.hook FROM hook_delivery d JOIN job_event e ON e.id = "
        "d.event_id"
        " WHERE d.id = ?1",
        delivery);
    if (row.step()) {
      add_event(db,
                Event{now, row.text(0), row.text(1), {}, {}, fmt::format("hook {}: {}", row.text(2), words)});
    }
  }
  db.run("DELETE FROM hook_delivery WHERE id = ?1", delivery);
  return {};
}

Result<void> put_off_delivery(Connection& db, std::int64_t delivery, Time due, const std::string& words) {
  db.run("UPDATE hook_delivery SET tries = tries + 1, due_at = ?2, error = ?3 WHERE id = ?1", delivery, due,
         words);
  return {};
}

Result<std::optional<Time>> next_delivery(Connection& db) {
  Query row = db.query(
      "SELECT d.due_at FROM hook_delivery d INDEXED BY hook_delivery_due WHERE d.id ="
      " (SELECT MIN(o.id) FROM hook_delivery o WHERE o.hook = d.hook AND o.order_key = d.order_key)"
      " ORDER BY d.due_at LIMIT 1");
  if (!row.step()) return std::optional<Time>();
  return row.maybe_time(0);
}

}  // namespace reeld::store::sqlite
