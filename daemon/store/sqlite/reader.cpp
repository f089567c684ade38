#include "daemon/store/reader.hpp"

#include <algorithm>

#include "daemon/store/sqlite/rows.hpp"
#include "daemon/store/sqlite/sqlite_store.hpp"

namespace reeld::store::sqlite {
namespace {

JobLine read_line(const Query& row) {
  JobLine line;
  line.id = JobId(row.text(0));
  line.batch = BatchId(row.text(1));
  line.batch_name = row.text(2);
  line.name = row.text(3);
  line.state = parse_job_state(row.text(4)).value();
  line.model = row.text(5);
  line.priority = row.small(6);
  line.state_since = row.time(7);
  line.due_at = row.maybe_time(8);
  line.generation = GenerationId(row.text(9));
  line.overdue = row.integer(10) != 0;
  line.error = row.text(11);
  return line;
}

class SqliteReader final : public Reader {
 public:
  explicit SqliteReader(std::unique_ptr<Connection> connection) : db_(std::move(connection)) {}

  Result<std::vector<JobLine>> list(const JobFilter& filter) override {
    return guarded<std::vector<JobLine>>("store.list", [&] {
      const auto state = filter.state ? std::optional(to_string(*filter.state)) : std::nullopt;
      Query row = db_->query(
          "SELECT j.id, j.batch_id, b.name, j.name, j.state, j.model, j.priority, j.state_since, j.due_at,"
          " j.generation_id, j.overdue, j.error FROM job j JOIN batch b ON b.id = j.batch_id"
          " WHERE (?1 IS NULL OR j.state = ?1) AND (?2 = '' OR b.id = ?2 OR b.name = ?2)"
          " ORDER BY j.id DESC LIMIT ?3",
          state, filter.batch, filter.limit);
      std::vector<JobLine> lines;
      while (row.step()) lines.push_back(read_line(row));
      return lines;
    });
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

  Result<StateCounts> counts() override {
    return guarded<StateCounts>("store.counts", [&] { return read_counts(*db_); });
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

  bool read_job(const JobId& id, JobDetail& detail) {
    Query row = db_->query(
        "SELECT j.id, j.batch_id, b.name, j.name, j.state, j.model, j.priority, j.state_since, j.due_at,"
        " j.generation_id, j.overdue, j.error, j.key, j.tags, j.output_path, j.error_class, j.accepted_at,"
        " j.finished_at, j.spec FROM job j JOIN batch b ON b.id = j.batch_id WHERE j.id = ?1",
        id);
    if (!row.step()) return false;
    detail.line = read_line(row);
    detail.key = row.text(12);
    detail.tags = row.json(13).get<std::vector<std::string>>();
    detail.output_path = row.text(14);
    detail.error_class = row.text(15);
    detail.accepted_at = row.time(16);
    detail.finished_at = row.maybe_time(17);
    detail.spec = row.json(18);
    read_attempts(id, detail);
    detail.films = read_films(*db_, id);
    read_events(id, detail);
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

  /// The batch's own events (its acceptance) come first in each of its jobs' histories.
  void read_events(const JobId& id, JobDetail& detail) {
    Query row = db_->query(
        "SELECT id, at, from_state, to_state, text, detail FROM job_event"
        " WHERE job_id = ?1 OR (job_id IS NULL AND batch_id = ?2) ORDER BY id",
        id, detail.line.batch);
    while (row.step()) {
      detail.events.push_back(EventLine{row.integer(0), row.time(1), parse_job_state(row.text(2)),
                                        parse_job_state(row.text(3)), row.text(4), row.json(5)});
    }
  }

  std::unique_ptr<Connection> db_;
};

}  // namespace

std::unique_ptr<Reader> make_sqlite_reader(std::unique_ptr<Connection> connection) {
  return std::make_unique<SqliteReader>(std::move(connection));
}

}  // namespace reeld::store::sqlite
