#include "daemon/store/reader.hpp"

#include <fmt/format.h>

#include "common/job/text.hpp"
#include "daemon/store/sqlite/cost_lines.hpp"
#include "daemon/store/sqlite/figures.hpp"
#include "daemon/store/sqlite/films.hpp"
#include "daemon/store/sqlite/job_lines.hpp"
#include "daemon/store/sqlite/rows.hpp"
#include "daemon/store/sqlite/sqlite_store.hpp"

namespace reeld::store::sqlite {
namespace {

class SqliteReader final : public Reader {
 public:
  explicit SqliteReader(std::unique_ptr<Connection> connection) : db_(std::move(connection)) {}

  Result<JobPage> list(const JobFilter& filter, const JobId& after, int limit) override {
    return guarded<JobPage>("store.list", [&] { return read_page(*db_, filter, after, limit); });
  }

  Result<std::vector<JobId>> match(const std::string& part) override {
    return guarded<std::vector<JobId>>("store.match", [&] {
      Query row = db_->query(
          "SELECT id FROM job WHERE id >= ?1 AND id < ?1 || 'g'"
          " UNION SELECT id FROM job WHERE short_id = substr(?1, -8) AND id LIKE '%' || ?1"
          " UNION SELECT id FROM job WHERE length(?1) < 8 AND short_id LIKE '%' || ?1 LIMIT 10",
          part);
      std::vector<JobId> ids;
      while (row.step()) ids.emplace_back(row.text(0));
      return ids;
    });
  }

  Result<JobDetail> show(const JobId& id) override {
    JobDetail detail;
    auto found = guarded<bool>("store.show", [&] { return read_job(id, detail); });
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.show", "there is no job " + id.str()};
    return detail;
  }

  Result<std::vector<EventLine>> history(const JobId& id) override {
    auto events = guarded<std::optional<std::vector<EventLine>>>(
        "store.history", [&]() -> std::optional<std::vector<EventLine>> {
          Query row = db_->query("SELECT batch_id FROM job WHERE id = ?1", id);
          if (!row.step()) return std::nullopt;
          return read_history(id, row.text(0));
        });
    if (!events) return events.error();
    if (!*events) return no_job(id, "store.history");
    return std::move(**events);
  }

  Result<std::vector<Film>> films(const JobId& id) override {
    auto films =
        guarded<std::optional<std::vector<Film>>>("store.films", [&]() -> std::optional<std::vector<Film>> {
          Query row = db_->query("SELECT 1 FROM job WHERE id = ?1", id);
          if (!row.step()) return std::nullopt;
          return read_films(*db_, id);
        });
    if (!films) return films.error();
    if (!*films) return no_job(id, "store.films");
    return std::move(**films);
  }

  Result<std::vector<EventLine>> events(std::int64_t after, int limit) override {
    return guarded<std::vector<EventLine>>("store.events", [&] {
      static const std::string kSql =
          fmt::format("SELECT {} FROM job_event WHERE id > ?1 ORDER BY id LIMIT ?2", kEventColumns);
      std::vector<EventLine> lines;
      Query row = db_->query(kSql.c_str(), after, limit);
      while (row.step()) lines.push_back(read_event(row));
      return lines;
    });
  }

  Result<BatchPage> batches(const BatchId& after, int limit) override {
    return guarded<BatchPage>("store.batches", [&] {
      static const std::string kSql = fmt::format(
          "SELECT {} FROM batch WHERE (?1 = '' OR id < ?1) ORDER BY id DESC LIMIT ?2", kBatchColumns);
      BatchPage page;
      Query row = db_->query(kSql.c_str(), after, limit);
      while (row.step()) page.batches.push_back(read_batch(row));
      if (static_cast<int>(page.batches.size()) == limit) page.next = page.batches.back().id;
      return page;
    });
  }

  Result<BatchSummary> batch(const std::string& id_or_name) override {
    auto found = guarded<std::optional<BatchSummary>>("store.batch", [&]() -> std::optional<BatchSummary> {
      static const std::string kSql = fmt::format(
          "SELECT {} FROM batch WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC, id DESC LIMIT 1",
          kBatchColumns);
      Query row = db_->query(kSql.c_str(), id_or_name);
      if (!row.step()) return std::nullopt;
      return read_batch(row);
    });
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.batch", "there is no batch " + printable(id_or_name)};
    return std::move(**found);
  }

  Result<std::vector<CostLine>> costs(CostGroup group, Time since, Time until) override {
    return guarded<std::vector<CostLine>>("store.costs",
                                          [&] { return read_costs(*db_, group, since, until); });
  }

  Result<std::vector<Duration>> render_times(const RenderKind& kind) override {
    return guarded<std::vector<Duration>>("store.render_times",
                                          [&] { return sqlite::render_times(*db_, kind).value(); });
  }

  Result<Stats> stats() override {
    return guarded<Stats>("store.stats", [&] { return read_stats(*db_); });
  }

 private:
  template <class T, class Read>
  Result<T> guarded(std::string_view operation, Read read) {
    try {
      return read();
    } catch (const std::exception& error) {
      return Error{Errc::kUnavailable, operation, error.what()};
    }
  }

  static Error no_job(const JobId& id, std::string_view operation) {
    return Error{Errc::kNotFound, operation, "there is no job " + printable(id.str())};
  }

  bool read_job(const JobId& id, JobDetail& detail) {
    static const std::string kSql = fmt::format(
        "SELECT {}, j.key, j.spec, b.held, b.submitter,"
        " coalesce((SELECT body FROM attempt a WHERE a.job_id = j.id ORDER BY a.intent_at DESC LIMIT 1), '')"
        " FROM job j JOIN batch b ON b.id = j.batch_id WHERE j.id = ?1",
        kLineColumns);
    Query row = db_->query(kSql.c_str(), id);
    if (!row.step()) return false;
    constexpr int kBehindLine = 24;
    detail.line = read_line(row);
    detail.key = row.text(kBehindLine);
    detail.spec = row.json(kBehindLine + 1);
    detail.batch_held = row.text(kBehindLine + 2);
    detail.submitter = row.text(kBehindLine + 3);
    detail.request_body = row.text(kBehindLine + 4);
    read_attempts(id, detail);
    detail.films = read_films(*db_, id);
    detail.events = read_history(id, detail.line.batch.str());
    return true;
  }

  void read_attempts(const JobId& id, JobDetail& detail) {
    Query row = db_->query(
        "SELECT intent_id, intent_at, seed, outcome, generation_id, cost_amount, cost_unit FROM attempt"
        " WHERE job_id = ?1 ORDER BY intent_at",
        id);
    while (row.step()) {
      detail.attempts.push_back(AttemptLine{IntentId(row.text(0)), row.time(1), row.integer(2), row.text(3),
                                            GenerationId(row.text(4)), row.text(5), row.text(6)});
    }
  }

  /// The batch's own events (its acceptance) stand among those of each of its jobs.
  std::vector<EventLine> read_history(const JobId& id, const std::string& batch) {
    static const std::string kSql = fmt::format(
        "SELECT {} FROM job_event WHERE job_id = ?1 OR (job_id IS NULL AND batch_id = ?2) ORDER BY id",
        kEventColumns);
    std::vector<EventLine> lines;
    Query row = db_->query(kSql.c_str(), id, batch);
    while (row.step()) lines.push_back(read_event(row));
    return lines;
  }

  std::unique_ptr<Connection> db_;
};

}  // namespace

std::unique_ptr<Reader> make_sqlite_reader(std::unique_ptr<Connection> connection) {
  return std::make_unique<SqliteReader>(std::move(connection));
}

}  // namespace reeld::store::sqlite
