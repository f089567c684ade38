#include "daemon/cli/event_parser.hpp"

#include <utility>

namespace reeld::cli {

std::vector<ServerEvent> EventParser::feed(std::string_view bytes) {
  rest_ += bytes;
  std::vector<ServerEvent> events;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    std::string_view line(rest_.data() + begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    take_line(line, events);
    begin = end + 1;
  }
  rest_.erase(0, begin);
  return events;
}

void EventParser::take_line(std::string_view line, std::vector<ServerEvent>& events) {
  if (line.empty()) {
    if (!event_.data.empty()) events.push_back(event_);
    event_ = {};
    return;
  }
  const auto colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "id") event_.id = value;
  if (field == "event") event_.name = value;
  if (field == "data") {
    if (!event_.data.empty()) event_.data += '\n';
    event_.data += value;
  }
}

}  // namespace reeld::cli
