#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reeld::cli {

/// One message of a stream of server-sent events.
struct ServerEvent {
  std::string id;    ///< what to resume from; empty: none was given
  std::string name;  ///< "transition", "hello", ...
  std::string data;  ///< JSON
};

/// Cuts a stream of server-sent events (text/event-stream) into its messages.
class EventParser {
 public:
  /// The messages that `bytes` complete. Comments and fields it does not know are passed over.
  std::vector<ServerEvent> feed(std::string_view bytes);

 private:
  void take_line(std::string_view line, std::vector<ServerEvent>& events);

  std::string rest_;  ///< of a line that is not whole yet
  ServerEvent event_;
};

}  // namespace reeld::cli
