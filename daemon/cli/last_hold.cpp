#include "daemon/cli/last_hold.hpp"

#include "daemon/cli/json_members.hpp"

namespace reeld::cli {

LastHold last_hold(const Json& job) {
  LastHold own;
  LastHold batch;
  for (const Json& event : array_of(job, "events")) {
    const std::string kind = text_of(event, "kind");
    if (kind == "batch_held") {
      const Json& detail = member(event, "detail");
      batch = {text_of(event, "text"),
               text_of(detail, "reason") == "budget" && text_of(detail, "release_allows").empty()};
    }
    if (kind == "batch_released") batch = {};
    if (text_of(event, "to") == "held") own = {text_of(event, "text"), false};
  }
  return batch.words.empty() ? own : batch;
}

}  // namespace reeld::cli
