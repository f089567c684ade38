#include "daemon/hooks/message.hpp"

namespace reeld::hooks {
namespace {

Json part_of(const Json& about, const char* name, const std::string& id) {
  const auto found = about.find(name);
  if (found != about.end() && found->is_object()) return *found;
  return id.empty() ? Json() : Json{{"id", id}};
}

}  // namespace

Message make_message(const store::EventLine& line, std::string_view event, const Json& about) {
  const Json body{{"id", line.id},
                  {"event", event},
                  {"at", format_time(line.at)},
                  {"text", line.text},
                  {"job", part_of(about, "job", line.job.str())},
                  {"batch", part_of(about, "batch", line.batch.str())},
                  {"detail", line.detail.is_object() ? line.detail : Json::object()}};
  return {line.id, std::string(event), line.job, line.batch, dump_json(body)};
}

}  // namespace reeld::hooks
