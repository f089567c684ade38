#pragma once

#include <string>

#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/store/reader.hpp"

/// What stands in a request's path and query, checked.
namespace reeld::api {

/// ?limit=: 1 to 1000, 100 where it is absent. 400.
Outcome<int> read_limit(const Call& call);

/// ?after=ID: empty where it is absent. 400.
Outcome<std::string> read_after(const Call& call);

/// ?state=a,b&batch=&tag=&model=&q=. 400.
Outcome<store::JobFilter> read_filter(const Call& call);

/// An instant of the query, or `otherwise` where it is absent. 400.
Outcome<Time> read_time(const Call& call, std::string_view name, Time otherwise);

/// True for text that may be part of a job's id: 4 or more of its digits.
bool is_id_part(std::string_view text);

/// The job that the path names, by its id or by a part that only one job's id begins or ends with. 404; 409
/// with "candidates" where there are several.
Task<JobId> find_job(Context& context, std::string name);

}  // namespace reeld::api
