#pragma once

#include "daemon/store/reader.hpp"
#include "daemon/store/sqlite/connection.hpp"

/// Lists of jobs by filter, each read from an index in its order.
namespace reeld::store::sqlite {

/// A job as lists show it, by these columns of `job j JOIN batch b`.
JobLine read_line(const Query& row);
inline constexpr const char* kLineColumns =
    "j.id, j.batch_id, b.name, j.name, j.state, j.model, j.width, j.height, j.duration, j.quantity, "
    "j.priority,"
    " j.tags, j.accepted_at, j.state_since, j.due_at, j.deadline, j.finished_at, coalesce(j.generation_id, "
    "''),"
    " j.overdue, j.error_class, j.error, j.output_path,"
    " (SELECT COUNT(*) FROM film f WHERE f.job_id = j.id AND f.published = 1),"
    " coalesce((SELECT a.cost_amount || ' ' || a.cost_unit FROM attempt a WHERE a.job_id = j.id"
    "  AND a.cost_amount <> '' ORDER BY a.intent_at DESC LIMIT 1), '')";

/// A page of `filter`; see Reader::list.
JobPage read_page(Connection& db, const JobFilter& filter, const JobId& after, int limit);

}  // namespace reeld::store::sqlite
