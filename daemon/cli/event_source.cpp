#include "daemon/cli/event_source.hpp"

namespace reeld::cli {

std::optional<Trouble> EventSource::connect() {
  http::local::Request request;
  request.target = "/v1/events";
  request.headers.push_back({"Accept", "text/event-stream"});
  if (!last_id_.empty()) request.headers.push_back({"Last-Event-ID", last_id_});
  auto stream = control_.open(request);
  if (!stream) return stream.error();
  stream_ = std::move(*stream);
  parser_ = {};
  return std::nullopt;
}

std::vector<ServerEvent> EventSource::wait(Duration limit) {
  const auto bytes = stream_->read_some(limit);
  if (!bytes) {
    stream_.reset();
    return {};
  }
  std::vector<ServerEvent> events = parser_.feed(*bytes);
  for (const ServerEvent& event : events) {
    if (!event.id.empty()) last_id_ = event.id;
  }
  // These two tell where the stream begins, not what happened.
  std::erase_if(events,
                [](const ServerEvent& event) { return event.name == "hello" || event.name == "reset"; });
  return events;
}

}  // namespace reeld::cli
