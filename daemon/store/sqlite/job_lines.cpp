#include "daemon/store/sqlite/job_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reeld::store::sqlite {
namespace {

/// Jobs that a search for text looks at in one call.
constexpr int kMostSearched = 20'000;

/// The ids of a page, before the rows themselves are read: the part of the filter that an index answers.
///
/// Every query binds the same parameters: ?1 the job to begin behind (or ''), ?2 the batch, ?3 the tag, ?4
/// the model, ?5 how many.
std::string ids_query(const JobFilter& filter, std::string_view state_condition) {
  std::string conditions = filter.batch.empty() ? "" : " AND j.batch_id = ?2";
  if (!filter.model.empty()) conditions += " AND j.model = ?4";
  conditions += state_condition;
  if (!filter.tag.empty()) {
    return fmt::format(
        "SELECT j.id AS id FROM job_tag t JOIN job j ON j.id = t.job_id WHERE t.tag = ?3 AND (?1 = '' OR "
        "t.job_id < ?1){}"
        " ORDER BY t.job_id DESC LIMIT ?5",
        conditions);
  }
  if (!filter.batch.empty()) {
    // Within a batch ids grow with the position, and the index is by that.
    return fmt::format(
        "SELECT j.id AS id FROM job j INDEXED BY {} WHERE (?1 = '' OR j.position <"
        " (SELECT position FROM job WHERE id = ?1)){} ORDER BY j.position DESC LIMIT ?5",
        state_condition.empty() ? "job_batch" : "job_batch_state", conditions);
  }
  const std::string_view index = !state_condition.empty() ? "job_state" : "job_model";
  const std::string hint =
      state_condition.empty() && filter.model.empty() ? "" : fmt::format("INDEXED BY {}", index);
  return fmt::format(
      "SELECT j.id AS id FROM job j {} WHERE (?1 = '' OR j.id < ?1){} ORDER BY j.id DESC LIMIT ?5", hint,
      conditions);
}

/// " AND j.state IN ('queued', 'held')"
std::string in_states(const std::vector<JobState>& states) {
  std::vector<std::string> names;
  for (JobState state : states) names.push_back(fmt::format("'{}'", to_string(state)));
  return fmt::format(" AND j.state IN ({})", fmt::join(names, ", "));
}

/// Several states are several ordered lists, merged; but a tag is walked through once, since a list for each
/// state that it lacks would walk through all of it.
std::string ids_of_states(const JobFilter& filter) {
  if (filter.states.empty()) return ids_query(filter, "");
  if (!filter.tag.empty()) return ids_query(filter, in_states(filter.states));
  std::vector<std::string> parts;
  for (JobState state : filter.states)
    parts.push_back(fmt::format("SELECT id FROM ({})",
                                ids_query(filter, fmt::format(" AND j.state = '{}'", to_string(state)))));
  if (parts.size() == 1) return parts.front();
  return fmt::format("SELECT id FROM ({}) ORDER BY id DESC LIMIT ?5", fmt::join(parts, " UNION ALL "));
}

bool contains(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto found = std::ranges::search(text, part, {}, lower, lower);
  return !found.empty() || part.empty();
}

/// Reads pages of ids, whose SQL depends on the filter only.
class Pages {
 public:
  Pages(Connection& db, const JobFilter& filter)
      : db_(db), filter_(filter), sql_(db.intern(ids_of_states(filter))) {}

  std::vector<std::string> next(const std::string& after, int limit) {
    std::vector<std::string> ids;
    Query row = db_.query(sql_, after, filter_.batch, filter_.tag, filter_.model, limit);
    while (row.step()) ids.push_back(row.text(0));
    return ids;
  }

 private:
  Connection& db_;
  const JobFilter& filter_;
  const char* sql_;
};

bool has_text(Connection& db, const std::string& id, const std::string& text) {
  Query row = db.query(
      "SELECT name, coalesce(key, ''), coalesce(json_extract(spec, '$.prompt'), '') FROM job WHERE id = ?1",
      id);
  return row.step() &&
         (contains(row.text(0), text) || contains(row.text(1), text) || contains(row.text(2), text));
}

std::optional<JobLine> line(Connection& db, const std::string& id) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM job j JOIN batch b ON b.id = j.batch_id WHERE j.id = ?1", kLineColumns);
  Query row = db.query(kSql.c_str(), id);
  if (!row.step()) return std::nullopt;
  return read_line(row);
}

/// A batch may be named; the newest of that name is meant.
bool find_batch(Connection& db, JobFilter& filter) {
  if (filter.batch.empty()) return true;
  Query row = db.query(
      "SELECT id FROM batch WHERE id = ?1 UNION ALL SELECT * FROM (SELECT id FROM batch WHERE name = ?1"
      " ORDER BY id DESC LIMIT 1) LIMIT 1",
      filter.batch);
  if (!row.step()) return false;
  filter.batch = row.text(0);
  return true;
}

}  // namespace

JobLine read_line(const Query& row) {
  JobLine line;
  line.id = JobId(row.text(0));
  line.batch = BatchId(row.text(1));
  line.batch_name = row.text(2);
  line.name = row.text(3);
  line.state = parse_job_state(row.text(4)).value();
  line.kind = RenderKind{row.text(5), row.small(6), row.small(7), row.small(8)};
  line.quantity = row.small(9);
  line.priority = row.small(10);
  line.tags = row.json(11).get<std::vector<std::string>>();
  line.accepted_at = row.time(12);
  line.state_since = row.time(13);
  line.due_at = row.maybe_time(14);
  line.deadline = row.maybe_time(15);
  line.finished_at = row.maybe_time(16);
  line.generation = GenerationId(row.text(17));
  line.overdue = row.integer(18) != 0;
  line.error_class = row.text(19);
  line.error = row.text(20);
  line.output_path = row.text(21);
  line.films = row.small(22);
  const std::string cost = row.text(23);
  const auto space = cost.find(' ');
  if (space != std::string::npos) {
    line.cost_amount = cost.substr(0, space);
    line.cost_unit = cost.substr(space + 1);
  }
  return line;
}

JobPage read_page(Connection& db, const JobFilter& wanted, const JobId& after, int limit) {
  JobFilter filter = wanted;
  JobPage page;
  if (!find_batch(db, filter)) return page;
  Pages pages(db, filter);
  std::string last = after.str();
  int searched = 0;
  for (;;) {
    const auto ids = pages.next(last, limit);
    searched += static_cast<int>(ids.size());
    for (const std::string& id : ids) {
      last = id;
      if (!filter.text.empty() && !has_text(db, id, filter.text)) continue;
      if (auto found = line(db, id)) page.jobs.push_back(std::move(*found));
      if (static_cast<int>(page.jobs.size()) == limit) break;
    }
    const bool more = static_cast<int>(ids.size()) == limit;
    const bool full = static_cast<int>(page.jobs.size()) == limit;
    if (!more && !full) return page;
    if (full || searched >= kMostSearched) {
      page.next = JobId(last);
      return page;
    }
  }
}

}  // namespace reeld::store::sqlite
