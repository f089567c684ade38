#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/store/records.hpp"

namespace reeld::hooks {

/// What a hook is told, the same at every try.
struct Message {
  std::int64_t id = 0;  ///< of the event: how a receiver recognises what it has seen
  std::string event;    ///< "job.failed"
  JobId job;            ///< empty: it is about no job
  BatchId batch;
  std::string body;  ///< JSON, as docs/hooks.md describes it
};

/// Puts an event into words. `about` holds what is known of its "job" and "batch"; where it knows none, the
/// message has their ids.
Message make_message(const store::EventLine& line, std::string_view event, const Json& about);

}  // namespace reeld::hooks
