#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/control.hpp"
#include "daemon/cli/event_parser.hpp"

namespace reeld::cli {

/// The daemon's live events, from now on, or behind the event with the id `after`. Survives the end of the
/// connection: the next one goes on behind the last event that was heard.
class EventSource {
 public:
  explicit EventSource(Control& control, std::string after = "")
      : control_(control), last_id_(std::move(after)) {}

  /// Connects. The trouble says why not; the next call tries again.
  std::optional<Trouble> connect();

  bool connected() const { return stream_ != nullptr; }

  /// What happened within `limit`: each with the Event in its data. When the connection ends, connected()
  /// turns false.
  std::vector<ServerEvent> wait(Duration limit);

 private:
  Control& control_;
  std::unique_ptr<http::local::Stream> stream_;
  EventParser parser_;
  std::string last_id_;
};

}  // namespace reeld::cli
